package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/latchkey/latchkey/api"
	"github.com/latchkey/latchkey/onboarding"
)

type importRow = onboarding.ImportRow

// rowProblems are problems as the API tells them, whose fields are columns already.
func rowProblems(told []api.RowError) []onboarding.RowProblem {
	problems := make([]onboarding.RowProblem, len(told))
	for i, one := range told {
		problems[i] = onboarding.RowProblem{Line: one.Line, Problem: onboarding.Problem{Field: one.Field, Code: one.Code, Message: one.Message}}
	}
	return problems
}

// importClient sends files to the API.
type importClient struct {
	http    *http.Client
	address string
	dealer  string
	key     string
}

// longestImport leaves the API time for the largest file.
const longestImport = 5 * time.Minute

func newImportClient(c *importCommand, key string) *importClient {
	paths := map[string]string{"commitments": "/v1/commitments/import", "customers": "/v1/onboardings/import"}
	return &importClient{
		http: &http.Client{Timeout: longestImport}, address: strings.TrimRight(c.APIURL, "/") + paths[c.Kind], dealer: c.Dealer, key: key,
	}
}

const (
	sendTries = 6
	sendPause = time.Second
)

// send sends a file, and again when the API is away for a while: nothing is added twice.
func (c *importClient) send(ctx context.Context, content []byte, query string) (api.ImportResult, error) {
	for try := 1; ; try++ {
		result, again, err := c.sendOnce(ctx, content, query)
		if err == nil || !again || try == sendTries {
			return result, err
		}
		select {
		case <-ctx.Done():
			return api.ImportResult{}, ctx.Err()
		case <-time.After(time.Duration(try) * sendPause):
		}
	}
}

// sendOnce says in words what kept the API from doing it, and whether to try again.
func (c *importClient) sendOnce(ctx context.Context, content []byte, query string) (result api.ImportResult, again bool, err error) {
	address := c.address + "?" + query
	if c.dealer != "" {
		address += "&dealer_id=" + url.QueryEscape(c.dealer)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(content))
	if err != nil {
		return result, false, errors.New("the address of the API cannot be read; it looks like https://latchkey.example.com")
	}
	request.Header.Set("Authorization", "Bearer "+c.key)
	request.Header.Set("Content-Type", "text/csv")
	response, err := c.http.Do(request)
	if err != nil {
		return result, ctx.Err() == nil, fmt.Errorf("the API cannot be reached: %w", err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return result, ctx.Err() == nil, fmt.Errorf("the API broke off: %w", err)
	}
	if response.StatusCode == http.StatusOK {
		return result, false, json.Unmarshal(body, &result)
	}
	again = response.StatusCode >= http.StatusInternalServerError || response.StatusCode == http.StatusTooManyRequests
	var problem api.Problem
	if err := json.Unmarshal(body, &problem); err != nil {
		return result, again, fmt.Errorf("the API answered %s", response.Status)
	}
	sentences := []string{problem.Detail}
	for _, one := range problem.Errors {
		sentences = append(sentences, strings.TrimSpace(one.Field+" "+one.Message))
	}
	return result, again, errors.New(strings.Join(sentences, "\n"))
}
