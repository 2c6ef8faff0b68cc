package api_test

import (
	"encoding/csv"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/applicationcsv"
)

// exported is the file of an export, its rows by the names of their columns.
func (o *office) exported(t *testing.T, what, key, query string) []map[string]string {
	t.Helper()
	answer := o.call(t, http.MethodGet, "/v1/exports/"+what+".csv"+query, key, nil)
	require.Equal(t, http.StatusOK, answer.status, string(answer.body))
	require.Equal(t, "text/csv; charset=utf-8", answer.header.Get("Content-Type"))
	require.Contains(t, answer.header.Get("Content-Disposition"), what+".csv")
	rows, err := csv.NewReader(strings.NewReader(string(answer.body))).ReadAll()
	require.NoError(t, err)
	var named []map[string]string
	for _, row := range rows[1:] {
		cells := map[string]string{}
		for i, name := range rows[0] {
			cells[name] = row[i]
		}
		named = append(named, cells)
	}
	return named
}

func TestExport_HasEverythingOnceAndNothingOfOthers(t *testing.T) {
	t.Parallel()
	o := open(t)
	var file strings.Builder
	file.WriteString(importHeader)
	const many = 1203 // more than two pages
	for i := range many {
		file.WriteString(johnsLine(fmt.Sprintf("CRM-%d", i), "john.doe@example.com", ""))
	}
	require.Equal(t, many, o.call(t, http.MethodPost, "/v1/commitments/import", o.key, csvBody(file.String())).imported(t).Accepted)
	rows := o.exported(t, "commitments", o.key, "")
	seen := map[string]bool{}
	for _, row := range rows {
		seen[row["customer.operations.alternate_id"]] = true
		require.Equal(t, "open", row["state"])
		require.Equal(t, "'+1 571 555 0100", row["customer.phone.number"])
	}
	require.Len(t, rows, many)
	require.Len(t, seen, many)
	require.Empty(t, o.exported(t, "commitments", o.otherKey, ""))
	require.Len(t, o.exported(t, "commitments", o.opsKey, "?dealer_id="+o.dealerID), many)
}

func TestExport_OfAccountsAndOnboardings(t *testing.T) {
	t.Parallel()
	o := open(t)
	id := o.submit(t, change{"customer.last_name", "O'Brien"})
	account := o.account(t, id)
	accounts := o.exported(t, "accounts", o.key, "")
	require.Len(t, accounts, 1)
	require.Equal(t, account, accounts[0]["id"])
	require.Equal(t, "O'Brien", accounts[0]["last_name"])
	require.Equal(t, "true", accounts[0]["login_blocked"])
	onboardings := o.exported(t, "onboardings", o.key, "")
	require.Equal(t, id, onboardings[0]["id"])
	require.Equal(t, account, onboardings[0]["account_id"])
	for _, what := range []string{"accounts", "onboardings"} {
		require.Empty(t, o.exported(t, what, o.otherKey, ""))
		require.Equal(t, http.StatusForbidden, o.call(t, http.MethodGet, "/v1/exports/"+what+".csv", o.subKey, nil).status)
		require.Equal(t, http.StatusNotFound, o.call(t, http.MethodGet, "/v1/exports/"+what+".csv?dealer_id="+o.dealerID, o.otherKey, nil).status)
	}
	require.Len(t, applicationcsv.AccountTable.Header, len(accounts[0]))
}

func TestExport_NamesItsColumnsLikeTheAPI(t *testing.T) {
	t.Parallel()
	o := open(t)
	account := o.call(t, http.MethodGet, "/v1/accounts/"+o.account(t, o.submit(t)), o.key, nil).json(t)
	for _, name := range applicationcsv.AccountTable.Header {
		require.Contains(t, account, name)
	}
}
