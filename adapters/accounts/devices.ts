import * as t from 'io-ts';
import { Bug } from '../../domain/shared/assert.js';
import { oneOf } from '../../domain/shared/codecs.js';
import { UserId } from '../../domain/shared/ids.js';
import { Instant } from '../../domain/shared/instant.js';
import type { Device, DeviceDetails, Devices } from '../../ports/accounts/devices.js';
import type { Clock } from '../../ports/clock.js';
import type { Database, Transaction } from '../../ports/database.js';
import { decodeRows } from '../../ports/rows.js';
import { biometrics } from './biometrics.js';

/** Of one user; the one that was not used for the longest time makes room. */
const devicesMax = 20;

const nullableText = t.union([t.string, t.null]);

const DeviceRow = t.strict({
  user_id: UserId,
  device_id: t.string,
  push_token: t.string,
  type: oneOf('DeviceType', ['ANDROID', 'IOS', 'WEB']),
  name: nullableText,
  app_version: nullableText,
  os_version: nullableText,
  last_used_at: Instant,
  biometric_enabled_at: t.union([Instant, t.null]),
});

const columns = Object.keys(DeviceRow.type.props).join(', ');

const toDevice = (row: t.TypeOf<typeof DeviceRow>): Device => ({
  userId: row.user_id,
  deviceId: row.device_id,
  pushToken: row.push_token,
  type: row.type,
  name: row.name,
  appVersion: row.app_version,
  osVersion: row.os_version,
  lastUsedAt: row.last_used_at,
  biometricEnabledAt: row.biometric_enabled_at,
});

export interface DevicesOptions {
  readonly database: Database;
  readonly clock: Pick<Clock, 'now'>;
}

/** Devices in Postgres (migration `0008-accounts`). */
export const postgresDevices = (options: DevicesOptions): Devices => {
  const { database, clock } = options;
  return {
    ...biometrics(options),
    register: (userId, details) =>
      database.transaction(async (transaction) => {
        await lock(transaction, details);
        await takeFromOthers(transaction, userId, details);
        const device = await write(transaction, userId, { details, now: clock.now() });
        await dropSurplus(transaction, userId);
        return device;
      }),
    deactivate: async (userId, deviceId) => {
      await database.execute(`${deactivation} WHERE user_id = $1 AND device_id = $2`, [
        userId,
        deviceId,
      ]);
    },
    current: async (userId) => {
      const rows = await database.query(
        `SELECT ${columns} FROM account.devices WHERE user_id = $1 AND is_active
          ORDER BY last_used_at DESC, device_id`,
        [userId],
      );
      return decodeRows(DeviceRow, rows).map(toDevice);
    },
    forget: async (userId) => {
      await database.execute('DELETE FROM account.devices WHERE user_id = $1', [userId]);
    },
  };
};

const deactivation = `UPDATE account.devices
  SET is_active = false, push_token = NULL, biometric_hash = NULL, biometric_enabled_at = NULL,
      biometric_used_at = NULL`;

/**
 * Who registers the same device, or a push token that moved with the app to another device id,
 * waits here. Always in the same order, so that no two wait for each other.
 */
const lock = async (
  transaction: Transaction,
  { deviceId, pushToken }: DeviceDetails,
): Promise<void> => {
  await transaction.query(
    `SELECT pg_advisory_xact_lock(key) FROM (
       SELECT hashtextextended(name, 0) AS key FROM unnest($1::text[]) AS name ORDER BY key
     ) AS keys`,
    [[`account device ${deviceId}`, `account push ${pushToken}`]],
  );
};

/** A message for one user must not show up on the device of another one (P-042). */
const takeFromOthers = async (
  transaction: Transaction,
  userId: UserId,
  { deviceId, pushToken }: DeviceDetails,
): Promise<void> => {
  await transaction.execute(
    `${deactivation}
      WHERE (device_id = $2 AND user_id <> $1 AND is_active)
         OR (push_token = $3 AND (user_id, device_id) <> ($1, $2))`,
    [userId, deviceId, pushToken],
  );
};

const write = async (
  transaction: Transaction,
  userId: UserId,
  { details, now }: { readonly details: DeviceDetails; readonly now: Instant },
): Promise<Device> => {
  const rows = await transaction.query(
    `INSERT INTO account.devices (user_id, device_id, push_token, type, name, app_version,
       os_version, is_active, last_used_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, true, $8)
     ON CONFLICT (user_id, device_id) DO UPDATE
       SET push_token = excluded.push_token, type = excluded.type, name = excluded.name,
           app_version = excluded.app_version, os_version = excluded.os_version,
           is_active = true, last_used_at = excluded.last_used_at
     RETURNING ${columns}`,
    [
      userId,
      details.deviceId,
      details.pushToken,
      details.type,
      details.name,
      details.appVersion,
      details.osVersion,
      now,
    ],
  );
  const [device] = decodeRows(DeviceRow, rows).map(toDevice);
  if (device === undefined) throw new Bug('a device was written and is not there');
  return device;
};

const dropSurplus = async (transaction: Transaction, userId: UserId): Promise<void> => {
  await transaction.execute(
    `DELETE FROM account.devices WHERE user_id = $1 AND device_id IN (
       SELECT device_id FROM account.devices WHERE user_id = $1
        ORDER BY last_used_at DESC, device_id OFFSET $2)`,
    [userId, devicesMax],
  );
};
