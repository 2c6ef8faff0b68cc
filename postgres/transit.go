package postgres

import "github.com/jackc/pgx/v5/pgconn"

// Transit tells where a database's URL leads, and whether every way there is encrypted and
// the server's certificate and name are checked, as with sslmode=verify-full. A URL that
// cannot be read leads nowhere.
func Transit(url string) (host string, verified bool) {
	config, err := pgconn.ParseConfig(url)
	if err != nil {
		return "", false
	}
	verified = config.TLSConfig != nil && !config.TLSConfig.InsecureSkipVerify
	for _, other := range config.Fallbacks {
		verified = verified && other.TLSConfig != nil && !other.TLSConfig.InsecureSkipVerify
	}
	return config.Host, verified
}
