package dealing_test

import "github.com/latchkey/latchkey/onboarding"

// NormalizeLogo takes what begins like a PNG; reading pictures is the letter's own business.
func (noLetter) NormalizeLogo(uploaded []byte) ([]byte, onboarding.Fault) {
	if len(uploaded) < 4 || string(uploaded[1:4]) != "PNG" {
		return nil, onboarding.Fault{Code: "logo_unreadable", Message: "Choose a PNG or JPEG picture."}
	}
	return uploaded, onboarding.Fault{}
}
