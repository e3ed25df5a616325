import { Command, InvalidArgumentError } from 'commander';
import { brandOrThrow } from '../../domain/shared/brand.js';
import { Imei, StationSerial } from '../../domain/shared/ids.js';
import { Latitude, Longitude, SlotCount } from '../../domain/station/details.js';
import { shortCommand } from '../cli/short-command.js';
import { registerStation } from '../register-station.js';
import { microdegrees } from '../seed/stations.js';
import { cabinetDecodeCommand } from './cabinet-decode.js';

interface Place {
  readonly latitudeMicrodegrees: number;
  readonly longitudeMicrodegrees: number;
}

const degreesPattern = /^-?\d{1,3}(\.\d{1,6})?$/;

const place = (text: string): Place => {
  const [latitude = '', longitude = '', ...more] = text.split(',').map((part) => part.trim());
  const isText = [latitude, longitude].every((each) => degreesPattern.test(each));
  const at = {
    latitudeMicrodegrees: microdegrees(latitude),
    longitudeMicrodegrees: microdegrees(longitude),
  };
  const isPlace = Latitude.is(at.latitudeMicrodegrees) && Longitude.is(at.longitudeMicrodegrees);
  if (isText && more.length === 0 && isPlace) return at;
  throw new InvalidArgumentError('It must be latitude,longitude in degrees, as 27.7172,85.324.');
};

const slots = (text: string): number => {
  const number = Number(text);
  if (SlotCount.is(number)) return number;
  throw new InvalidArgumentError('A cabinet has 1 to 50 slots.');
};

const imei = (text: string): Imei => {
  if (Imei.is(text)) return text;
  throw new InvalidArgumentError('An IMEI has 15 digits.');
};

const serial = (text: string): StationSerial => {
  if (StationSerial.is(text)) return text;
  throw new InvalidArgumentError('A serial has 2 to 50 letters, digits, dashes.');
};

interface Options {
  readonly imei: Imei;
  readonly slots: number;
  readonly name: string;
  readonly address: string;
  readonly at: Place;
  readonly landmark?: string;
}

const registerCommand = (): Command =>
  new Command('register')
    .description('register a station, so that its cabinet is let in')
    .argument('<serial>', 'of the station, as KTM001', serial)
    .requiredOption('--imei <digits>', 'of the cabinet’s modem', imei)
    .requiredOption('--slots <number>', 'that the cabinet has', slots)
    .requiredOption('--name <text>', 'as customers read it')
    .requiredOption('--address <text>', 'where it stands')
    .requiredOption('--at <lat,lon>', 'where on the map, in degrees', place)
    .option('--landmark <text>', 'how to find it there')
    .action((station: StationSerial, options: Options) =>
      shortCommand(async ({ parts, output }) => {
        const { name, address, landmark = null } = options;
        const details = {
          name,
          ...options.at,
          address,
          landmark,
          totalSlots: options.slots,
          openingTime: null,
          closingTime: null,
          model: null,
          amenities: [],
          configured: true,
        };
        const actor = { kind: 'staff', id: 'operator' } as const;
        const added = await registerStation(
          parts,
          { serial: brandOrThrow(StationSerial, station), imei: options.imei, details },
          actor,
        );
        output.line(added === 0 ? `${station} is registered already` : `${station} is registered`);
      }),
    );

export const cabinetCommand = (): Command =>
  new Command('cabinet')
    .description('cabinets: register one, decode what one says')
    .addCommand(registerCommand())
    .addCommand(cabinetDecodeCommand());
