package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
)

// BenchmarkImport reports how many rows a second are imported, from the sending of the file to
// the answer, with every rule checked and every row's line in the audit trail, beside a COPY of
// the rows that this leaves into the same table with the same indexes, which checks nothing.
// BENCH_IMPORT_ROWS says how many rows.
func BenchmarkImport(b *testing.B) {
	rows := int(numberFrom(b, "BENCH_IMPORT_ROWS", 10_000))
	s := newBenchStack(b, time.Hour, 1)
	b.Run("commitments", func(b *testing.B) {
		b.Run("latchkey", func(b *testing.B) {
			for b.Loop() {
				took := s.importRows(b, "/v1/commitments/import", rows, func(int) string { return "" })
				require.Equal(b, rows, s.count(b, "commitments"))
				require.Equal(b, rows, s.count(b, "audit WHERE action = 'commitment.create'"))
				b.ReportMetric(float64(rows)/took.Seconds(), "rows/s")
				b.ReportMetric(0, "ns/op")
			}
		})
		b.Run("copy", func(b *testing.B) {
			for b.Loop() {
				took := s.copyCommitments(b)
				require.Equal(b, rows, s.count(b, "commitments"))
				b.ReportMetric(float64(rows)/took.Seconds(), "rows/s")
				b.ReportMetric(0, "ns/op")
			}
		})
	})
}

// BenchmarkImportCustomers reports how long it takes until every customer of a file has begun: a
// request has time for some, the reconciler begins the others. BENCH_IMPORT_CUSTOMERS says how
// many.
func BenchmarkImportCustomers(b *testing.B) {
	customers := int(numberFrom(b, "BENCH_IMPORT_CUSTOMERS", 400))
	s := newBenchStack(b, time.Hour, 1)
	for b.Loop() {
		serials := s.stock(b, "48", customers)
		began := time.Now()
		took := s.importRows(b, "/v1/onboardings/import", customers, func(row int) string { return serials[row] })
		b.ReportMetric(float64(customers)/took.Seconds(), "rows/s")
		b.ReportMetric(float64(s.count(b, "onboardings WHERE alternate_id LIKE 'HOUSE-%' AND started_at IS NOT NULL")), "begun-at-once")
		awaitCount(b, "imported customers begun", customers, func() int {
			return s.count(b, "onboardings WHERE alternate_id LIKE 'HOUSE-%' AND started_at IS NOT NULL")
		})
		b.ReportMetric(time.Since(began).Seconds(), "s-until-all-began")
		require.Equal(b, customers, s.count(b, "(SELECT DISTINCT alternate_id FROM onboardings WHERE alternate_id LIKE 'HOUSE-%') AS numbers"))
		b.ReportMetric(0, "ns/op")
	}
}

// importRows sends a file as a CRM does, and tells how long the answer took. All rows must be
// taken.
func (s *stack) importRows(b *testing.B, path string, rows int, module func(row int) string) time.Duration {
	b.Helper()
	var file strings.Builder
	file.WriteString(importHeader)
	for row := range rows {
		line := importLine(fmt.Sprintf("HOUSE-%d", row), "marigold.pennyweather@example.com", module(row))
		// Of one name, there are fifty login names to suggest.
		file.WriteString(strings.Replace(line, "Pennyweather", "Pennyweather"+inLetters(int32(row+1)), 1))
	}
	request, err := http.NewRequestWithContext(b.Context(), http.MethodPost, s.office.url+path, strings.NewReader(file.String()))
	require.NoError(b, err)
	request.Header.Set("Authorization", "Bearer "+s.office.key)
	request.Header.Set("Content-Type", "text/csv")
	began := time.Now()
	response, err := benchClient().Do(request)
	require.NoError(b, err)
	defer response.Body.Close()
	answered, err := io.ReadAll(response.Body)
	took := time.Since(began)
	require.NoError(b, err)
	require.Equal(b, http.StatusOK, response.StatusCode, string(answered))
	var result struct {
		Added              bool
		Accepted, Rejected int
	}
	require.NoError(b, json.Unmarshal(answered, &result))
	require.True(b, result.Added)
	require.Equal(b, rows, result.Accepted)
	return took
}

// copyCommitments takes the commitments out of their table and copies them in again.
func (s *stack) copyCommitments(b *testing.B) time.Duration {
	b.Helper()
	connection, err := pgx.Connect(b.Context(), s.database.URL)
	require.NoError(b, err)
	defer connection.Close(context.WithoutCancel(b.Context()))
	var copied bytes.Buffer
	_, err = connection.PgConn().CopyTo(b.Context(), &copied, "COPY commitments TO STDOUT (FORMAT binary)")
	require.NoError(b, err)
	_, err = connection.Exec(b.Context(), "TRUNCATE commitments CASCADE")
	require.NoError(b, err)
	began := time.Now()
	_, err = connection.PgConn().CopyFrom(b.Context(), &copied, "COPY commitments FROM STDIN (FORMAT binary)")
	require.NoError(b, err)
	return time.Since(began)
}
