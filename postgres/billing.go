package postgres

// Billing of an account begins with it, for the module it has.
const sqlBeginBilling = `
INSERT INTO billing_periods (account_id, module_id) SELECT id, module_id FROM accounts WHERE id = @account`

const sqlEndBilling = `
UPDATE billing_periods SET ended_at = now()
WHERE ended_at IS NULL AND account_id = (SELECT id FROM accounts WHERE onboarding_id = @onboarding)`
