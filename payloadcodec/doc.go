// Package payloadcodec keeps what Temporal stores of workflows unreadable for Temporal: it
// encrypts every payload on its way there, and decrypts it on its way back. A codec server
// does the latter for operators.
package payloadcodec
