/** Late-fee configurations that every new network has (rules 3.8); one of them is in force. */

import type { LateFeeConfig } from '../../domain/late-fee/index.js';
import { brandOrThrow } from '../../domain/shared/brand.js';
import { LateFeeConfigId } from '../../domain/shared/ids.js';
import { rupees } from '../../domain/shared/money.js';

export interface SeedLateFee {
  readonly configId: LateFeeConfigId;
  readonly config: LateFeeConfig;
  /** In force from the beginning, until staff decide otherwise. */
  readonly isActive: boolean;
}

const configId = (id: string): LateFeeConfigId => brandOrThrow(LateFeeConfigId, id);

export const seedLateFees: readonly SeedLateFee[] = [
  {
    configId: configId('hourly-double'),
    config: {
      name: 'Hourly double rate',
      feeType: 'MULTIPLIER',
      multiplierHundredths: 200,
      flatRatePerHour: rupees('0'),
      graceMinutes: 2,
      capPerDay: rupees('100'),
      packageTypes: ['HOURLY'],
    },
    isActive: true,
  },
  {
    configId: configId('flat-example'),
    config: {
      name: 'Flat example',
      feeType: 'FLAT_RATE',
      multiplierHundredths: 100,
      flatRatePerHour: rupees('50'),
      graceMinutes: 30,
      capPerDay: rupees('300'),
      packageTypes: [],
    },
    isActive: false,
  },
  {
    configId: configId('holiday-triple'),
    config: {
      name: 'Holiday triple',
      feeType: 'MULTIPLIER',
      multiplierHundredths: 300,
      flatRatePerHour: rupees('0'),
      graceMinutes: 0,
      capPerDay: rupees('2000'),
      packageTypes: [],
    },
    isActive: false,
  },
  {
    configId: configId('earlier-standard'),
    config: {
      name: 'Earlier standard',
      feeType: 'MULTIPLIER',
      multiplierHundredths: 200,
      flatRatePerHour: rupees('0'),
      graceMinutes: 15,
      capPerDay: rupees('1000'),
      packageTypes: [],
    },
    isActive: false,
  },
];
