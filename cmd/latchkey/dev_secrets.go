package main

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/latchkey/latchkey/dealing"
)

// devSecrets are drawn at the first start and kept, so that keys and links go on
// working over restarts. They are of this state folder alone.
type devSecrets struct {
	LinkSecret     string `json:"link_secret"`
	PanelSecret    string `json:"panel_secret"`
	DealerKey      string `json:"dealer_key"`
	OtherDealerKey string `json:"other_dealer_key"`
	OpsKey         string `json:"ops_key"`
	Password       string `json:"password"`
}

func loadSecrets(path string) (devSecrets, error) {
	content, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		secrets := devSecrets{
			LinkSecret: randomBase64(), PanelSecret: randomBase64(), Password: rand.Text(),
			DealerKey: dealing.NewAPIKey(), OtherDealerKey: dealing.NewAPIKey(), OpsKey: dealing.NewAPIKey(),
		}
		return secrets, writeJSON(path, secrets)
	}
	if err != nil {
		return devSecrets{}, fmt.Errorf("the state folder cannot be read; choose another with --dir: %w", err)
	}
	var secrets devSecrets
	if err := json.Unmarshal(content, &secrets); err != nil {
		return devSecrets{}, fmt.Errorf("%s is damaged; remove the state folder to begin anew, or choose another with --dir", path)
	}
	return secrets, nil
}

func randomBase64() string {
	key := make([]byte, 32)
	_, _ = rand.Read(key) // never fails
	return base64.StdEncoding.EncodeToString(key)
}

// writeJSON replaces a file in one step: a reader, or the next start after a kill, sees
// the old content or the new one.
func writeJSON(path string, content any) error {
	encoded, err := json.MarshalIndent(content, "", "  ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(path+".new", append(encoded, '\n'), 0o600); err != nil {
		return fmt.Errorf("the state folder cannot be written to; choose another with --dir: %w", err)
	}
	return os.Rename(path+".new", path)
}
