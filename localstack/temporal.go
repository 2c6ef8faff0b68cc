package localstack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"go.temporal.io/api/operatorservice/v1"
	"go.temporal.io/api/workflowservice/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
)

const (
	defaultNamespace     = "default"
	temporalStartTimeout = 90 * time.Second
)

// UI says whether the dev server brings Temporal's web pages.
type UI int

const (
	// WithUI serves them.
	WithUI UI = iota
	// Headless does not, which starts faster.
	Headless
)

// TemporalOptions says which dev server to start. The zero value is one in memory on free ports.
type TemporalOptions struct {
	// Binary is Temporal's CLI; "" asks FindTemporal.
	Binary string
	// DBFile keeps everything across restarts; "" keeps it in memory.
	DBFile string
	// Port and UIPort on 127.0.0.1; 0 picks a free one.
	Port, UIPort int
	UI           UI
	// Namespace to create; "" is `default`.
	Namespace string
	// SearchAttributes to register, name to Temporal's word for the type: Keyword, Int, Datetime and so on.
	SearchAttributes map[string]string
	// DynamicConfig, key to a value that encoding/json writes as the server wants it.
	DynamicConfig map[string]any
	// LogFile takes warnings and errors; "" drops them with the server.
	LogFile string
	// Say may be nil.
	Say Say
}

// Temporal is a running dev server that answers on 127.0.0.1 only.
type Temporal struct {
	*Process
	// Address is the frontend's host:port.
	Address   string
	Namespace string
	// UIURL is "" when Headless.
	UIURL string
}

// StartTemporal starts a dev server and returns when its namespace and search attributes are there. A taken port and a
// file in use are errors of one sentence. The server is killed when this process dies, which its file survives; ctx is
// only for starting.
func StartTemporal(ctx context.Context, options TemporalOptions) (*Temporal, error) {
	if options.Say == nil {
		options.Say = Quiet
	}
	if options.Namespace == "" {
		options.Namespace = defaultNamespace
	}
	if options.Binary == "" {
		var err error
		if options.Binary, err = FindTemporal(ctx, options.Say); err != nil {
			return nil, err
		}
	}
	ctx, cancel := context.WithTimeout(ctx, temporalStartTimeout)
	defer cancel()
	for {
		server, err := startTemporalOnce(ctx, options)
		// The server picks further ports for itself, which somebody else may take meanwhile.
		if err == nil || !strings.Contains(err.Error(), "address already in use") {
			return server, err
		}
		select {
		case <-time.After(200 * time.Millisecond):
		case <-ctx.Done():
			return nil, err
		}
	}
}

func startTemporalOnce(ctx context.Context, options TemporalOptions) (*Temporal, error) {
	release, err := lockDBFile(options.DBFile)
	if err != nil {
		return nil, err
	}
	server, err := options.launch(ctx, release)
	if err != nil {
		release()
		return nil, err
	}
	if err := server.awaitReady(ctx, options.SearchAttributes); err != nil {
		return nil, errors.Join(err, server.Stop())
	}
	return server, nil
}

// lockDBFile keeps a second server from the file, which would start and then hang on SQLite's own lock.
func lockDBFile(path string) (release func(), err error) {
	if path == "" {
		return func() {}, nil
	}
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("cannot make the state folder %s (%w): move what is in the way, or choose another state folder", dir, err)
	}
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return nil, fmt.Errorf("the place of Temporal's database, %s, is not a file: move it away or choose another state folder", path)
	}
	lock, err := tryLock(path + ".lock")
	var held *heldError
	switch {
	case errors.As(err, &held):
		return nil, fmt.Errorf("another Latchkey, process %d, uses Temporal's database %s: stop it or choose another state folder", held.pid, path)
	case errors.Is(err, fs.ErrPermission):
		return nil, fmt.Errorf("the state folder %s is not writable for you: make it so, remove it, or choose another state folder", dir)
	case err != nil:
		return nil, err
	}
	return lock.release, nil
}

func (o TemporalOptions) launch(ctx context.Context, afterExit func()) (*Temporal, error) {
	port, err := temporalPort(ctx, o.Port)
	if err != nil {
		return nil, err
	}
	args := []string{
		"server", "start-dev", "--ip", "127.0.0.1", "--port", strconv.Itoa(port), "--log-level", "warn",
		"--namespace", o.Namespace,
	}
	server := &Temporal{Address: hostPort(port), Namespace: o.Namespace}
	if o.UI == Headless {
		args = append(args, "--headless")
	} else {
		uiPort, err := temporalPort(ctx, o.UIPort)
		if err != nil {
			return nil, err
		}
		args = append(args, "--ui-port", strconv.Itoa(uiPort))
		server.UIURL = "http://" + hostPort(uiPort)
	}
	if o.DBFile != "" {
		args = append(args, "--db-filename", o.DBFile)
	}
	for _, name := range slices.Sorted(maps.Keys(o.SearchAttributes)) {
		args = append(args, "--search-attribute", name+"="+o.SearchAttributes[name])
	}
	for _, key := range slices.Sorted(maps.Keys(o.DynamicConfig)) {
		value, err := json.Marshal(o.DynamicConfig[key])
		if err != nil {
			return nil, fmt.Errorf("dynamic config %s: %w", key, err)
		}
		args = append(args, "--dynamic-config-value", key+"="+string(value))
	}
	server.Process, err = start(command{
		name: "Temporal", path: o.Binary, args: args, logFile: o.LogFile,
		// The caller's profile for the CLI would speak to some other server.
		env:      childEnvironment([]string{"TEMPORAL_"}, "TEMPORAL_CONFIG_FILE="+os.DevNull),
		onOrphan: syscall.SIGKILL, // so that the next start finds its ports and its file free
		stop:     []stopStep{{syscall.SIGTERM, 15 * time.Second}}, afterExit: afterExit,
	})
	return server, err
}

// temporalPort gives a port that was asked for two seconds to become free: a server killed together with its parent may
// still be on its way out.
func temporalPort(ctx context.Context, wanted int) (int, error) {
	if wanted == 0 {
		return FreePort()
	}
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		err := CheckPort(wanted, "choose another port")
		if err == nil {
			return wanted, nil
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return 0, err
		}
	}
}

func hostPort(port int) string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(port)) }

// awaitReady waits until the frontend knows the namespace and the search attributes, the server has ended, or ctx ends.
func (t *Temporal) awaitReady(ctx context.Context, attributes map[string]string) error {
	conn, err := grpc.NewClient(t.Address, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return fmt.Errorf("connect to Temporal: %w", err)
	}
	defer conn.Close()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		err := t.probe(ctx, conn, attributes)
		if err == nil {
			return nil
		}
		select {
		case <-tick.C:
			// gRPC would wait for its own, growing pause before the next attempt.
			conn.ResetConnectBackoff()
		case <-t.Done():
			return t.Err()
		case <-ctx.Done():
			return fmt.Errorf("Temporal did not become ready in time (%w); its last words:\n%s", err, t.log.tail())
		}
	}
}

func (t *Temporal) probe(ctx context.Context, conn *grpc.ClientConn, attributes map[string]string) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	_, err := workflowservice.NewWorkflowServiceClient(conn).
		DescribeNamespace(ctx, &workflowservice.DescribeNamespaceRequest{Namespace: t.Namespace})
	if err != nil {
		return err
	}
	known, err := operatorservice.NewOperatorServiceClient(conn).
		ListSearchAttributes(ctx, &operatorservice.ListSearchAttributesRequest{Namespace: t.Namespace})
	if err != nil {
		return err
	}
	for name := range attributes {
		if _, ok := known.GetCustomAttributes()[name]; !ok {
			return fmt.Errorf("search attribute %s is not registered yet", name)
		}
	}
	return nil
}
