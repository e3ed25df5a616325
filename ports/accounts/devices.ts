import type { UserId } from '../../domain/shared/ids.js';
import type { Instant } from '../../domain/shared/instant.js';

export type DeviceType = 'ANDROID' | 'IOS' | 'WEB';

/** What an app tells of the device that it runs on. */
export interface DeviceDetails {
  readonly deviceId: string;
  readonly pushToken: string;
  readonly type: DeviceType;
  readonly name: string | null;
  readonly appVersion: string | null;
  readonly osVersion: string | null;
}

export interface Device extends DeviceDetails {
  readonly userId: UserId;
  readonly lastUsedAt: Instant;
  readonly biometricEnabledAt: Instant | null;
}

export type BiometricStatus =
  | { readonly kind: 'enrolled'; readonly enabledAt: Instant; readonly lastUsedAt: Instant | null }
  | { readonly kind: 'not-enrolled' }
  /** Not a device of this user, or no longer. */
  | { readonly kind: 'device-unknown' };

/**
 * Devices of users (rules 2.2). A physical device has one current user: who registers it takes it
 * from whoever had it, together with its push messages and the biometric enrolment (P-042).
 */
export interface Devices {
  register(userId: UserId, details: DeviceDetails): Promise<Device>;
  /** Ends push messages and biometric sign-in there, as a logout does; nothing if it is not his. */
  deactivate(userId: UserId, deviceId: string): Promise<void>;
  /** The devices of which the user is the current one, the last used first. */
  current(userId: UserId): Promise<readonly Device[]>;

  /** `secret` is of 32–512 characters and made by the device; only its hash is kept (AUTH-9). */
  enrol(
    userId: UserId,
    enrolment: { readonly deviceId: string; readonly secret: string },
  ): Promise<'enrolled' | 'device-unknown'>;
  /** Who signs in with the secret of a device; all refusals are one. */
  recognise(
    deviceId: string,
    secret: string,
  ): Promise<
    { readonly kind: 'recognised'; readonly userId: UserId } | { readonly kind: 'refused' }
  >;
  /** Idempotent. */
  disable(userId: UserId, deviceId: string): Promise<'disabled' | 'device-unknown'>;
  biometricStatus(userId: UserId, deviceId: string): Promise<BiometricStatus>;

  /** Deletes all devices of a user whose account was deleted (AUTH-11). */
  forget(userId: UserId): Promise<void>;
}
