package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const importHeader = "customer.operations.alternate_id,account.type,customer.property_type,customer.first_name,customer.last_name,customer.email," +
	"customer.phone.number,customer.address.street1,customer.address.city,customer.address.state,customer.address.postal_code," +
	"package.package_id,forwarding.option,system.module\n"

func importLine(alternateID, email, module string) string {
	return alternateID + ",security_system,single_family_house,Marigold,Pennyweather," + email +
		",571 555 0100,8281 Greensboro Drive,Tysons,VA,22102,interactive_gold,never," + module + "\n"
}

// importing is the command at work on a file.
func (s *stack) importing(t *testing.T, kind, rows string, flags ...string) *program {
	t.Helper()
	path := filepath.Join(t.TempDir(), kind+".csv")
	require.NoError(t, os.WriteFile(path, []byte(rows), 0o600))
	p, err := launch(append([]string{"import", path, "--kind", kind, "--api-url", s.office.url, "--api-key", s.office.key}, flags...)...)
	require.NoError(t, err)
	t.Cleanup(p.kill)
	p.showIfFailed(t)
	return p
}

func TestImportKilled_LosesAndDoublesNothing(t *testing.T) {
	t.Parallel()
	s := startStack(t)
	const many = 8000
	var rows strings.Builder
	rows.WriteString(importHeader)
	for i := range many {
		rows.WriteString(importLine(fmt.Sprintf("HOUSE-%d", i), "marigold.pennyweather@example.com", ""))
	}
	added := func() int { return s.count(t, "commitments") }
	reaches := func(least int) {
		await(t, fmt.Sprintf("%d rows to be added", least), func() (int, bool) { n := added(); return n, n >= least })
	}

	first := s.importing(t, "commitments", rows.String(), "--yes")
	reaches(1000)
	first.kill()
	require.Less(t, added(), many, "the import was over before it could be killed")

	second := s.importing(t, "commitments", rows.String(), "--yes")
	reaches(added() + 1000)
	s.api.kill()
	require.Less(t, added(), many, "the import was over before the API could be killed")
	require.Zero(t, added()%500, "whole chunks, or none of their rows")
	require.NoError(t, s.api.start())
	require.Zero(t, second.exitCode(t), "the command tries again while the API is away")

	require.Equal(t, many, added())
	require.Equal(t, many, s.count(t, "(SELECT DISTINCT alternate_id FROM commitments) AS numbers"))
	require.Equal(t, many, s.count(t, "audit WHERE action = 'commitment.create'"))
}

func TestImport_OnboardsCustomersThatCanBeFollowed(t *testing.T) {
	t.Parallel()
	s := sharedStack(t)
	one, two := s.newCustomer(t), s.newCustomer(t)
	rows := importHeader + importLine("HOUSE-A", "marigold.pennyweather@example.com", one.serial()) +
		importLine("HOUSE-B", "marigold", two.serial())
	rejects := filepath.Join(t.TempDir(), "rejected.csv")

	require.Equal(t, 1, s.importing(t, "customers", rows, "--dry-run", "--rejects", rejects).exitCode(t))
	require.Zero(t, s.count(t, "onboardings WHERE alternate_id LIKE 'HOUSE-%'"))
	unasked := s.importing(t, "customers", rows, "--keep", "good")
	require.Equal(t, 2, unasked.exitCode(t))
	require.Contains(t, unasked.output.String(), "nobody can be asked here")
	require.Equal(t, 1, s.importing(t, "customers", rows, "--keep", "good", "--yes").exitCode(t))

	corrected, err := os.ReadFile(rejects)
	require.NoError(t, err)
	require.Contains(t, string(corrected), "\n3,\"customer.email: ")
	again := s.importing(t, "customers", strings.ReplaceAll(string(corrected), ",marigold,", ",marigold@example.com,"), "--yes")
	require.Zero(t, again.exitCode(t))

	for _, number := range []string{"HOUSE-A", "HOUSE-B"} {
		await(t, number+" to wait for the network", func() (int, bool) {
			n := s.count(t, "onboardings WHERE alternate_id = $1 AND source = 'import' AND status = 'waiting'", number)
			return n, n == 1
		})
	}
	wrong := s.importing(t, "customers", "customer.nickname\nJo\n", "--yes")
	require.Equal(t, 2, wrong.exitCode(t))
	require.Contains(t, wrong.output.String(), "customer.nickname")
}
