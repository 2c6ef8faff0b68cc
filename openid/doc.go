// Package openid asks an OpenID Connect provider who somebody is: authorization code flow with
// PKCE, state and nonce. It is found by discovery when it is first needed, so that a provider
// that is away keeps nothing from starting.
package openid
