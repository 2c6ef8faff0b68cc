package main

import (
	"bytes"
	"errors"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

// started is a program as a manifest starts it.
type started struct {
	args []string
	env  map[string]string
}

// TestManifests_StartEachProgramWithWhatItKnows keeps Compose file and Kubernetes manifest in
// step with the flags: each program gets all that it needs, and no variable that it would
// silently ignore.
func TestManifests_StartEachProgramWithWhatItKnows(t *testing.T) {
	for manifest, programs := range map[string]map[string]started{
		"docker-compose.yml":              composed(t, "../../docker-compose.yml"),
		"deploy/kubernetes/latchkey.yaml": deployed(t, "../../deploy/kubernetes/latchkey.yaml"),
	} {
		require.Subset(t, slices.Collect(maps.Keys(programs)), []string{"api", "worker", "migrate"}, manifest)
		for name, program := range programs {
			t.Run(manifest+"/"+name, func(t *testing.T) {
				for variable, value := range program.env {
					t.Setenv(variable, value)
				}
				parser, err := kong.New(&commands{}, kong.Vars{"version": "test"})
				require.NoError(t, err)
				command, err := parser.Parse(program.args)
				require.NoError(t, err)
				known := map[string]bool{}
				for _, flag := range append(command.Selected().Flags, checkFlags(parser)...) {
					for _, variable := range flag.Envs {
						known[variable] = true
					}
				}
				for variable := range program.env {
					require.True(t, known[variable] || !strings.HasPrefix(variable, "LATCHKEY_"), "%s does nothing for latchkey %s", variable, name)
				}
			})
		}
	}
}

// checkFlags are those of the program by which Compose asks about a container's health, in
// the container's own environment.
func checkFlags(parser *kong.Kong) []*kong.Flag {
	for _, command := range parser.Model.Leaves(true) {
		if command.Name == "check" {
			return command.Flags
		}
	}
	return nil
}

// composed are the services of a Compose file that run our image.
func composed(t *testing.T, file string) map[string]started {
	t.Helper()
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	var compose struct {
		Services map[string]struct {
			Image       string
			Command     []string
			Environment map[string]string
		}
	}
	require.NoError(t, yaml.Unmarshal(text, &compose))
	programs := map[string]started{}
	for name, service := range compose.Services {
		if strings.HasPrefix(service.Image, "latchkey:") {
			programs[name] = started{service.Command, filled(service.Environment)}
		}
	}
	return programs
}

// filled puts something in the place of what Compose takes from .env.
func filled(environment map[string]string) map[string]string {
	for variable, value := range environment {
		if strings.Contains(value, "${") {
			environment[variable] = "https://example.com"
		}
	}
	return environment
}

// resource is what we read of any Kubernetes resource.
type resource struct {
	Kind string
	Data map[string]string
	Spec struct {
		Template struct {
			Spec struct {
				Containers []struct {
					Name    string
					Args    []string
					EnvFrom []struct{ ConfigMapRef struct{ Name string } } `yaml:"envFrom"`
					Env     []struct{ Name, Value string }
				}
			}
		}
	}
}

// deployed are the containers of a Kubernetes manifest. What comes from a Secret has a value
// that parses.
func deployed(t *testing.T, file string) map[string]started {
	t.Helper()
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	var resources []resource
	shared := map[string]string{}
	for decoder := yaml.NewDecoder(bytes.NewReader(text)); ; {
		var r resource
		err := decoder.Decode(&r)
		if errors.Is(err, io.EOF) {
			break
		}
		require.NoError(t, err)
		resources = append(resources, r)
		maps.Copy(shared, r.Data)
	}
	programs := map[string]started{}
	for _, r := range resources {
		for _, container := range r.Spec.Template.Spec.Containers {
			program := started{container.Args, map[string]string{}}
			for range container.EnvFrom {
				maps.Copy(program.env, shared)
			}
			for _, variable := range container.Env {
				program.env[variable.Name] = variable.Value
				if variable.Value == "" {
					program.env[variable.Name] = "from-a-secret"
				}
			}
			programs[container.Name] = program
		}
	}
	return programs
}
