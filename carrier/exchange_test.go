package carrier

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"
)

// Whatever bytes a carrier sends, the caller gets a sound value or a fault of the
// call's own table.
func FuzzAnswers(f *testing.F) {
	f.Add(422, []byte(`{"code":"module_sunset"}`))
	f.Add(404, []byte(`{"code":"registration_not_found"}`))
	f.Add(200, []byte(`{"networks":[{"name":"AT&T","coverage":"full"}]}`))
	f.Add(200, []byte(`{"registration_id":"r","module":"4100000017","registered_at":"2026-01-02T03:04:05Z"}`))
	f.Add(200, []byte(`[null]`))
	f.Fuzz(func(t *testing.T, status int, answer []byte) {
		report, err := readCoverage(answer)
		requireGarbledOr(t, err, func() {
			for _, network := range report.Networks {
				require.NotEmpty(t, network.Name)
				require.True(t, network.Coverage.known())
			}
		})
		registration, err := readRegistration(answer)
		requireGarbledOr(t, err, func() {
			require.NotEmpty(t, registration.ID)
			require.NotEmpty(t, registration.Module)
			require.True(t, registration.SIMState.known())
		})
		for _, call := range Calls() {
			err := refusal(call, status, answer)
			var fault *Fault
			if !errors.As(err, &fault) {
				require.ErrorIs(t, err, errNoRegistration)
				require.Contains(t, []Call{FindRegistration, DeregisterModule}, call)
				continue
			}
			require.Contains(t, PermanentCodes(call), fault.Code)
			require.Equal(t, fault.Code, fault.Error())
		}
	})
}

func requireGarbledOr(t *testing.T, err error, sound func()) {
	t.Helper()
	if err == nil {
		sound()
		return
	}
	var fault *Fault
	require.ErrorAs(t, err, &fault)
	require.Equal(t, Garbled, fault.Code)
}
