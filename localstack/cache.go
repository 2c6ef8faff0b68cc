package localstack

import (
	"fmt"
	"os"
	"path/filepath"
)

// CacheDir is the folder for binaries that were fetched or built once and that all clones of this user share:
// $LATCHKEY_CACHE, else `latchkey` in the user's cache folder. It need not exist yet.
func CacheDir() (string, error) {
	if dir := os.Getenv("LATCHKEY_CACHE"); dir != "" {
		return filepath.Abs(dir)
	}
	dir, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("no cache folder for this user (%w): set LATCHKEY_CACHE to a folder of your own", err)
	}
	return filepath.Join(dir, "latchkey"), nil
}
