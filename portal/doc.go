// Package portal is the web site: the Partner Portal for dealers and operators and, under
// /customer, the Customer Website. Pages are rendered on the server and work without
// JavaScript; scripts only make them livelier.
//
// A handler reads a form, calls one use case of package dealing and presents the answer.
// Every page is one struct with one template of the same name.
package portal
