package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/localstack"
)

// A process of this test binary with these in its environment is the bare server.
const (
	bareListen   = "LATCHKEY_BENCH_BARE_LISTEN"
	bareDatabase = "LATCHKEY_BENCH_BARE_DATABASE"
	bareCarrier  = "LATCHKEY_BENCH_BARE_CARRIER"
)

// startBareServer starts what the API is measured against, in a process of its own: gin and pgx with
// the same pool on the same database, one plain query a request, and nothing else. It knows no
// keys, no dealers, no limits, no log and no rules.
func (s *stack) startBareServer(b *testing.B) caller {
	b.Helper()
	port, err := localstack.FreePort()
	require.NoError(b, err)
	executable, err := os.Executable()
	require.NoError(b, err)
	listen := "127.0.0.1:" + strconv.Itoa(port)
	p := &program{path: executable, env: []string{
		bareListen + "=" + listen, bareDatabase + "=" + s.databaseFlags()[1], bareCarrier + "=" + s.carrier.URL(),
	}}
	require.NoError(b, p.start())
	b.Cleanup(p.kill)
	bare := caller{url: "http://" + listen}
	await(b, "the bare server", func() (int, bool) {
		ready, err := bare.try(b.Context(), http.MethodGet, "/readyz", nil)
		return ready.status, err == nil && ready.status == http.StatusOK
	})
	return bare
}

// serveBare serves until the process is killed.
func serveBare() error {
	pool, err := pgxpool.New(context.Background(), os.Getenv(bareDatabase))
	if err != nil {
		return err
	}
	gin.SetMode(gin.ReleaseMode)
	engine := gin.New()
	engine.GET("/readyz", func(c *gin.Context) { c.Status(http.StatusOK) })
	engine.GET("/v1/login-names/:name", func(c *gin.Context) {
		answerOne[bareLoginRow](c, pool, `SELECT NOT EXISTS (SELECT FROM logins WHERE lower(name) = lower($1)) AS available`, c.Param("name"))
	})
	engine.GET("/v1/modules/:serial", func(c *gin.Context) {
		answerOne[bareModuleRow](c, pool, `SELECT serial, network, panel_types, pathways, default_pathway, two_way_voice, onboarding_id IS NULL AS available
			FROM modules WHERE serial = $1`, c.Param("serial"))
	})
	engine.GET("/v1/onboardings/:id", func(c *gin.Context) {
		answerOne[bareOnboardingRow](c, pool, `SELECT o.id, o.dealer_id, o.kind, o.source, o.status, o.step, o.revision, a.id AS account_id, o.created_at, o.ready_at,
			(SELECT json_agg(s) FROM onboarding_steps s WHERE s.onboarding_id = o.id) AS steps
			FROM onboardings o LEFT JOIN accounts a ON a.onboarding_id = o.id WHERE o.id = $1`, c.Param("id"))
	})
	engine.GET("/v1/accounts", func(c *gin.Context) {
		rows, err := pool.Query(c.Request.Context(), `SELECT a.id, a.onboarding_id, a.dealer_id, a.kind, a.type, a.state, l.name AS login_name, a.first_name,
			a.last_name, a.company_name, a.email, a.language, a.package_id, a.created_at, a.ready_at, a.communicated_at
			FROM accounts a LEFT JOIN logins l ON l.account_id = a.id WHERE a.dealer_id = $1 ORDER BY a.created_at DESC, a.id DESC LIMIT 51`, c.Query("dealer"))
		if err != nil {
			c.Status(http.StatusInternalServerError)
			return
		}
		page, err := pgx.CollectRows(rows, pgx.RowToStructByName[bareAccountRow])
		if err != nil {
			c.Status(http.StatusInternalServerError)
			return
		}
		c.JSON(http.StatusOK, gin.H{"items": page[:min(50, len(page))]})
	})
	engine.GET("/v1/coverage", passCoverageOn)
	server := http.Server{Addr: os.Getenv(bareListen), Handler: engine, ReadHeaderTimeout: time.Second}
	return server.ListenAndServe()
}

// answerOne answers with the one row of a query.
func answerOne[T any](c *gin.Context, pool *pgxpool.Pool, sql string, args ...any) {
	rows, err := pool.Query(c.Request.Context(), sql, args...)
	if err != nil {
		c.Status(http.StatusInternalServerError)
		return
	}
	row, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[T])
	if err != nil {
		c.Status(http.StatusInternalServerError)
		return
	}
	c.JSON(http.StatusOK, row)
}

// passCoverageOn asks the carrier what was asked here.
func passCoverageOn(c *gin.Context) {
	asked, err := json.Marshal(map[string]string{"country": c.Query("country"), "postal_code": c.Query("postal_code")})
	if err != nil {
		c.Status(http.StatusInternalServerError)
		return
	}
	answered, err := keptAlive.Post(os.Getenv(bareCarrier)+"/v1/coverage", "application/json", bytes.NewReader(asked))
	if err != nil {
		c.Status(http.StatusBadGateway)
		return
	}
	defer answered.Body.Close()
	body, err := io.ReadAll(answered.Body)
	if err != nil {
		c.Status(http.StatusBadGateway)
		return
	}
	c.Data(answered.StatusCode, "application/json", body)
}

type bareLoginRow struct {
	Available bool `json:"available"`
}

type bareModuleRow struct {
	Serial         string   `json:"serial"`
	Network        string   `json:"network"`
	PanelTypes     []string `json:"panel_types"`
	Pathways       []string `json:"pathways"`
	DefaultPathway string   `json:"default_pathway"`
	TwoWayVoice    bool     `json:"two_way_voice"`
	Available      bool     `json:"available"`
}

type bareOnboardingRow struct {
	ID        string          `json:"id"`
	DealerID  string          `json:"dealer_id"`
	Kind      string          `json:"kind"`
	Source    string          `json:"source"`
	Status    string          `json:"status"`
	Step      string          `json:"step"`
	Revision  int             `json:"revision"`
	AccountID *string         `json:"account_id"`
	CreatedAt time.Time       `json:"created_at"`
	ReadyAt   *time.Time      `json:"ready_at"`
	Steps     json.RawMessage `json:"steps"`
}

type bareAccountRow struct {
	ID             string     `json:"id"`
	OnboardingID   string     `json:"onboarding_id"`
	DealerID       string     `json:"dealer_id"`
	Kind           string     `json:"kind"`
	Type           string     `json:"type"`
	State          string     `json:"state"`
	LoginName      *string    `json:"login_name"`
	FirstName      string     `json:"first_name"`
	LastName       string     `json:"last_name"`
	CompanyName    string     `json:"company_name"`
	Email          string     `json:"email"`
	Language       string     `json:"language"`
	PackageID      string     `json:"package"`
	CreatedAt      time.Time  `json:"created_at"`
	ReadyAt        *time.Time `json:"ready_at"`
	CommunicatedAt *time.Time `json:"communicated_at"`
}
