package api_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestErase_IsForAdministratorsAndForThoseWhoAreNotServed(t *testing.T) {
	t.Parallel()
	o := open(t)
	admin := o.user(t, "admin", "administrator", nil)
	account := o.account(t, o.submit(t))
	erase := func(key, id, reason string) reply {
		return o.call(t, http.MethodPost, "/v1/accounts/"+id+"/erase", key, map[string]any{"reason": reason})
	}
	require.Equal(t, http.StatusForbidden, erase(o.key, account, "Request 14").status)
	require.Equal(t, http.StatusNotFound, erase(admin, o.otherID, "Request 14").status)
	require.Equal(t, http.StatusUnprocessableEntity, erase(admin, account, " ").status)
	served := erase(admin, account, "Request 14")
	require.Equal(t, http.StatusConflict, served.status)
	require.Contains(t, served.problem(t).Detail, "still served")

	commitment := o.stored(t, change{"forwarding.account_number", "4321"})["id"].(string)
	require.Equal(t, http.StatusNoContent, o.call(t, http.MethodDelete, "/v1/commitments/"+commitment, o.key, nil, "If-Match", `"1"`).status)
	for range 2 {
		require.Equal(t, http.StatusOK, erase(admin, commitment, "Request 14").status)
	}
	read := o.call(t, http.MethodGet, "/v1/commitments/"+commitment, o.key, nil)
	require.Contains(t, string(read.body), `"first_name":"Erased"`)
	require.NotContains(t, string(read.body), "john.doe")
}
