package peers

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/latchkey/latchkey/carrier"
	"github.com/latchkey/latchkey/carrier/carriertest"
	"github.com/latchkey/latchkey/letter"
	"github.com/latchkey/latchkey/localstack"
	"github.com/latchkey/latchkey/mail"
	"github.com/latchkey/latchkey/mail/mailtest"
)

// wait is the network hour, as short as in the benchmarks of Latchkey.
const wait = time.Second

// office has what every peer works with: tables as plain as they can be, and Latchkey's own
// carrier client, letter and mail. Each peer gets one of its own.
type office struct {
	pool    *pgxpool.Pool
	url     string // of the database
	carrier *carrier.Client
	sender  *mail.Sender
	mails   *mailtest.Server
	network *carriertest.Simulator
}

const tables = `
CREATE TABLE orders   (id bigint PRIMARY KEY, module text NOT NULL UNIQUE, submitted_at timestamptz NOT NULL DEFAULT now());
CREATE TABLE accounts (order_id bigint PRIMARY KEY REFERENCES orders, module text NOT NULL UNIQUE, created_at timestamptz NOT NULL DEFAULT now());
CREATE TABLE charges  (order_id bigint PRIMARY KEY REFERENCES orders, cents integer NOT NULL);
CREATE TABLE letters  (order_id bigint PRIMARY KEY REFERENCES orders, sent_at timestamptz NOT NULL DEFAULT now());`

func openOffice(b *testing.B) *office {
	database, err := localstack.StartPostgres(b.Context(), localstack.PostgresOptions{Dir: filepath.Join(b.TempDir(), "postgres"), Database: "peer"})
	require.NoError(b, err)
	b.Cleanup(func() { require.NoError(b, database.Stop()) })
	o := &office{url: database.URL}
	config, err := pgxpool.ParseConfig(database.URL)
	require.NoError(b, err)
	config.MaxConns = 32
	o.pool, err = pgxpool.NewWithConfig(b.Context(), config)
	require.NoError(b, err)
	b.Cleanup(o.pool.Close)
	_, err = o.pool.Exec(b.Context(), tables)
	require.NoError(b, err)

	o.network, err = carriertest.New(carriertest.Options{})
	require.NoError(b, err)
	require.NoError(b, o.network.Start())
	b.Cleanup(func() { require.NoError(b, o.network.Close()) })
	o.carrier, err = carrier.New(carrier.Config{BaseURL: o.network.URL()})
	require.NoError(b, err)
	b.Cleanup(o.carrier.Close)

	o.mails, err = mailtest.Start(mailtest.Options{})
	require.NoError(b, err)
	b.Cleanup(func() { require.NoError(b, o.mails.Close()) })
	o.sender, err = mail.New(mail.Config{Host: o.mails.Host(), Port: o.mails.Port(), TLS: mail.TLSNone})
	require.NoError(b, err)
	return o
}

// executor is a pool or a transaction: whichever the peer wants its writes in.
type executor interface {
	Exec(ctx context.Context, sql string, arguments ...any) (pgconn.CommandTag, error)
}

var (
	_ executor = (*pgxpool.Pool)(nil)
	_ executor = pgx.Tx(nil)
)

func moduleOf(order int64) string { return fmt.Sprintf("44%08d", order) }

// submit validates and keeps the order.
func submit(ctx context.Context, db executor, order int64) error {
	_, err := db.Exec(ctx, `INSERT INTO orders (id, module) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING`, order, moduleOf(order))
	return err
}

func (o *office) checkCoverage(ctx context.Context) error {
	_, err := o.carrier.Coverage(ctx, carrier.Place{Country: "US", PostalCode: "22102", Street1: "8281 Greensboro Drive", City: "Tysons", State: "VA"})
	return err
}

func (o *office) registerModule(ctx context.Context, order int64) error {
	_, err := o.carrier.RegisterModule(ctx, fmt.Sprintf("order-%d", order), carrier.RegistrationRequest{Module: moduleOf(order), PanelType: "iq_panel_4"})
	return err
}

// createAccount creates and charges.
func createAccount(ctx context.Context, db executor, order int64) error {
	_, err := db.Exec(ctx, `WITH made AS (
		INSERT INTO accounts (order_id, module) VALUES ($1, $2) ON CONFLICT (order_id) DO NOTHING RETURNING order_id)
		INSERT INTO charges (order_id, cents) SELECT order_id, 1200 FROM made`, order, moduleOf(order))
	return err
}

// welcome is what the letter says, to a customer who writes in Latin letters.
func welcome(now time.Time) letter.Facts {
	return letter.Facts{
		Dealer:   letter.Dealer{Name: "Sample Dealer", SupportEmail: "support@sampledealer.example.com", SupportPhone: "+1 571 555 0100", PrimaryColour: "#b3261e"},
		Customer: letter.Customer{FirstName: "John", LastName: "Doe"},
		Language: "en", LoginName: "JohnDoeExample", SecurityAccount: true, IssuedOn: now, ReadyAt: now,
		Variant:    letter.MailVariant{SetupURL: "https://my.sampledealer.example.com/set-up/4fGh2kP9sT_w7Xc1", ValidHours: 24},
		WebsiteURL: "https://my.sampledealer.example.com/",
	}
}

func (o *office) sendLetter(ctx context.Context, order int64) error {
	now := time.Now()
	pdf, err := letter.Render(welcome(now))
	if err != nil {
		return err
	}
	_, err = o.sender.Send(ctx, mail.Message{
		MessageID: fmt.Sprintf("welcome.%d@sampledealer.example.com", order), Date: now,
		From: mail.Mailbox{Address: "support@sampledealer.example.com"}, To: mail.Mailbox{Address: fmt.Sprintf("customer%d@example.com", order)},
		Subject: "Getting Started with Sample Dealer", Text: "Welcome.",
		Attachments: []mail.Attachment{{Name: "welcome-letter.pdf", ContentType: "application/pdf", Bytes: pdf}},
	})
	return err
}

func noteLetter(ctx context.Context, db executor, order int64) error {
	_, err := db.Exec(ctx, `INSERT INTO letters (order_id) VALUES ($1) ON CONFLICT (order_id) DO NOTHING`, order)
	return err
}
