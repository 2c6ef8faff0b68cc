// Command latchkey is the whole product in one binary: `latchkey dev` runs everything on
// one machine; `api` and `worker` are the two programs of an installation, beside
// `migrate` and `check`.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // letters are dated in the property's zone, also on machines without zone files

	"github.com/alecthomas/kong"
)

// version is set by the build.
var version = "dev"

type commands struct {
	Dev         devCommand         `cmd:"" help:"Run everything on this machine, with demo data, and onboard John Doe."`
	API         apiCommand         `cmd:"" help:"Serve the API, the Partner Portal and the Customer Website."`
	Worker      workerCommand      `cmd:"" help:"Run workflows and activities."`
	Migrate     migrateCommand     `cmd:"" help:"Bring the database and Temporal's search attributes up to date."`
	Check       checkCommand       `cmd:"" help:"Say what is wrong with the parts Latchkey stands on, without serving."`
	Import      importCommand      `cmd:"" help:"Import commitments or customers from a CSV file."`
	Erase       eraseCommand       `cmd:"" help:"Erase a customer's personal data for ever."`
	Admin       adminCommand       `cmd:"" help:"Add dealers, users, API keys, receivers and modules."`
	Ops         opsCommand         `cmd:"" help:"Find what is stuck, and send it on, with an operator's API key."`
	Simulator   simulatorCommand   `cmd:"" help:"Serve a simulated carrier, with scripted faults."`
	CodecServer codecServerCommand `cmd:"" help:"Let operators read encrypted payloads in Temporal's UI and CLI."`
	Version     kong.VersionFlag   `help:"Print the version."`
}

func main() {
	var cli commands
	parser := kong.Must(&cli,
		kong.Name("latchkey"),
		kong.Description("Durable account onboarding for security dealers."),
		kong.UsageOnError(),
		kong.Vars{"version": version},
	)
	command, err := parser.Parse(os.Args[1:])
	parser.FatalIfErrorf(err)

	// The first Ctrl-C stops cleanly; a second one ends the process at once.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	command.BindTo(ctx, (*context.Context)(nil))
	if err := command.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "latchkey: "+err.Error())
		os.Exit(exitCode(err))
	}
}

// exitCode is 1 unless the command has documented more than one.
func exitCode(err error) int {
	var coded kong.ExitCoder
	if errors.As(err, &coded) {
		return coded.ExitCode()
	}
	return 1
}
