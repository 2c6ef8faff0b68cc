package main

import (
	"fmt"
	"net/netip"
	"time"

	"github.com/latchkey/latchkey/api"
)

type doorSettings struct {
	KnocksPerMinute int      `env:"LATCHKEY_KNOCKS_PER_MINUTE" default:"120" help:"How often one address may try to sign in, or be refused for its key, on one replica; 0 for no limit."`
	TrustedProxies  []string `env:"LATCHKEY_TRUSTED_PROXIES" help:"Addresses or networks of the proxies before this program, such as 10.0.0.0/8: their X-Forwarded-For says who a client is."`
}

func (s doorSettings) read() (api.DoorConfig, error) {
	config := api.DoorConfig{KnocksPerMinute: s.KnocksPerMinute, Now: time.Now}
	for _, typed := range s.TrustedProxies {
		prefix, err := netip.ParsePrefix(typed)
		if address, other := netip.ParseAddr(typed); err != nil && other == nil {
			prefix, err = address.Prefix(address.BitLen())
		}
		if err != nil {
			return config, fmt.Errorf("--trusted-proxies: %q is no address and no network, such as 10.0.0.0/8", typed)
		}
		config.Trusted = append(config.Trusted, prefix)
	}
	return config, nil
}
