package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/latchkey/latchkey/onboarding"
)

const sqlStations = `
SELECT id, name, phone FROM monitoring_stations WHERE dealer_id = @dealer AND retired_at IS NULL ORDER BY name, id`

type stationRow struct {
	ID    string
	Name  string
	Phone string
}

// Stations are the dealer's monitoring stations with their receivers, also those that
// have none yet.
func (s *Store) Stations(ctx context.Context, dealerID string) ([]onboarding.MonitoringStation, error) {
	args := pgx.NamedArgs{"dealer": idOf(dealerID)}
	var (
		rows      []stationRow
		receivers []receiverRow
	)
	batch := &pgx.Batch{}
	ask(batch, sqlStations, args, &rows)
	ask(batch, sqlReceivers, args, &receivers)
	if err := s.pool.SendBatch(ctx, batch).Close(); err != nil {
		return nil, translate("read stations", err)
	}
	stations := make([]onboarding.MonitoringStation, len(rows))
	place := map[string]*onboarding.MonitoringStation{}
	for i, row := range rows {
		stations[i] = onboarding.MonitoringStation{ID: row.ID, Name: row.Name, Phone: row.Phone}
		place[row.ID] = &stations[i]
	}
	for _, receiver := range receivers {
		// A station and its receivers are retired together, but these are two statements.
		if station := place[receiver.StationID]; station != nil {
			station.Receivers = append(station.Receivers, onboarding.Receiver(receiver))
		}
	}
	return stations, nil
}

const sqlAddStation = `
INSERT INTO monitoring_stations (id, dealer_id, name, phone) SELECT @id, id, @name, @phone FROM dealers WHERE id = @dealer`

// AddStation adds a monitoring station together with the receivers in it.
// onboarding.ErrNameTaken when another station of the dealer has the name.
func (s *Store) AddStation(ctx context.Context, dealerID string, station onboarding.MonitoringStation, entry onboarding.AuditEntry) error {
	return s.transact(ctx, "add station", func(tx pgx.Tx) error {
		err := changeNoted(ctx, tx, entry, sqlAddStation, pgx.NamedArgs{
			"id": idOf(station.ID), "dealer": idOf(dealerID), "name": station.Name, "phone": station.Phone,
		})
		if err != nil {
			return err
		}
		for _, receiver := range station.Receivers {
			if _, err := tx.Exec(ctx, sqlAddReceiver, receiverArgs(dealerID, receiver)); err != nil {
				return err
			}
		}
		return nil
	})
}

const sqlChangeStation = `
UPDATE monitoring_stations SET name = @name, phone = @phone WHERE id = @id AND dealer_id = @dealer AND retired_at IS NULL`

// ChangeStation gives a station its name and phone number.
func (s *Store) ChangeStation(ctx context.Context, dealerID string, station onboarding.MonitoringStation, entry onboarding.AuditEntry) error {
	return s.changeAudited(ctx, "change station", entry, sqlChangeStation, pgx.NamedArgs{
		"id": idOf(station.ID), "dealer": idOf(dealerID), "name": station.Name, "phone": station.Phone,
	})
}

const sqlAddReceiver = `
INSERT INTO receivers (id, station_id, name, number, protocol, two_way_voice)
SELECT @id, id, @name, @number, @protocol, @two_way_voice FROM monitoring_stations
WHERE id = @station AND dealer_id = @dealer AND retired_at IS NULL`

// AddReceiver adds a receiver to a station of the dealer.
func (s *Store) AddReceiver(ctx context.Context, dealerID string, receiver onboarding.Receiver, entry onboarding.AuditEntry) error {
	return s.changeAudited(ctx, "add receiver", entry, sqlAddReceiver, receiverArgs(dealerID, receiver))
}

// The protocol stays: it decides the form of account numbers that exist already.
const sqlChangeReceiver = `
UPDATE receivers r SET name = @name, number = @number, two_way_voice = @two_way_voice
FROM monitoring_stations s
WHERE r.id = @id AND r.retired_at IS NULL AND s.id = r.station_id AND s.dealer_id = @dealer`

// ChangeReceiver gives a receiver its name, number and two-way voice; its protocol stays.
func (s *Store) ChangeReceiver(ctx context.Context, dealerID string, receiver onboarding.Receiver, entry onboarding.AuditEntry) error {
	return s.changeAudited(ctx, "change receiver", entry, sqlChangeReceiver, receiverArgs(dealerID, receiver))
}

func receiverArgs(dealerID string, receiver onboarding.Receiver) pgx.NamedArgs {
	return pgx.NamedArgs{
		"id": idOf(receiver.ID), "station": idOf(receiver.StationID), "dealer": idOf(dealerID), "name": receiver.Name,
		"number": receiver.Number, "protocol": receiver.Protocol, "two_way_voice": receiver.TwoWayVoice,
	}
}

// An account that is being made refers to its receiver with a weaker lock than this, so
// it is either seen here or comes after the receiver is gone.
const (
	sqlLockReceiver = `
SELECT r.id::text FROM receivers r JOIN monitoring_stations s ON s.id = r.station_id
WHERE r.id = @id AND s.dealer_id = @dealer AND r.retired_at IS NULL FOR UPDATE OF r`
	sqlLockReceiversOfStation = `
SELECT r.id::text FROM receivers r WHERE r.station_id = @id AND r.retired_at IS NULL FOR UPDATE`
)

// What is accepted and under way has an account with the receiver or will have one; what is
// only submitted has not been checked yet and will be told.
const sqlReceiversInUse = `
SELECT EXISTS (SELECT FROM accounts WHERE receiver_id = ANY (@receivers::uuid[]) AND state = 'open')
    OR EXISTS (SELECT FROM onboardings o JOIN applications p ON p.onboarding_id = o.id AND p.revision = o.revision
        WHERE o.status IN ('active', 'waiting', 'parked') AND o.dealer_id = @dealer
          AND p.resolved->'forwarding'->>'receiver_id' = ANY (@receivers::text[]))`

const (
	sqlRetireReceivers = `UPDATE receivers SET retired_at = now() WHERE id = ANY (@receivers::uuid[])`
	sqlRetireStation   = `UPDATE monitoring_stations SET retired_at = now() WHERE id = @id AND dealer_id = @dealer AND retired_at IS NULL`
)

// RetireReceiver takes a receiver away from new accounts; onboarding.ErrInUse while open
// accounts or onboardings under way send signals there.
func (s *Store) RetireReceiver(ctx context.Context, dealerID, receiverID string, entry onboarding.AuditEntry) error {
	return s.transact(ctx, "retire receiver", func(tx pgx.Tx) error {
		args, err := freeReceivers(ctx, tx, sqlLockReceiver, dealerID, receiverID)
		if err != nil {
			return err
		}
		return changeNoted(ctx, tx, entry, sqlRetireReceivers, args)
	})
}

// RetireStation takes a station and its receivers away from new accounts;
// onboarding.ErrInUse while any of the receivers is needed.
func (s *Store) RetireStation(ctx context.Context, dealerID, stationID string, entry onboarding.AuditEntry) error {
	return s.transact(ctx, "retire station", func(tx pgx.Tx) error {
		if err := changeNoted(ctx, tx, entry, sqlRetireStation, pgx.NamedArgs{"id": idOf(stationID), "dealer": idOf(dealerID)}); err != nil {
			return err
		}
		args, err := freeReceivers(ctx, tx, sqlLockReceiversOfStation, dealerID, stationID)
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, sqlRetireReceivers, args)
		return err
	})
}

// freeReceivers locks receivers and makes sure that nobody needs them.
func freeReceivers(ctx context.Context, tx pgx.Tx, lock, dealerID, id string) (pgx.NamedArgs, error) {
	args := pgx.NamedArgs{"id": idOf(id), "dealer": idOf(dealerID)}
	rows, err := tx.Query(ctx, lock, args)
	if err != nil {
		return nil, err
	}
	receivers, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return nil, err
	}
	args = with(args, "receivers", receivers)
	needed, err := scalar[bool](ctx, tx, sqlReceiversInUse, args)
	if err == nil && needed {
		return nil, onboarding.ErrInUse
	}
	return args, err
}
