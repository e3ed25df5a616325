import * as t from 'io-ts';
import { integer, nullable, text } from '../shared/codecs.js';

/** Degrees in millionths, because positions are compared and stored, and floats drift. */
export const Latitude = integer('LatitudeMicrodegrees', {
  minimum: -90_000_000,
  maximum: 90_000_000,
});
export const Longitude = integer('LongitudeMicrodegrees', {
  minimum: -180_000_000,
  maximum: 180_000_000,
});

/** Rules 2.4: a cabinet has 1 to 50 slots. */
export const SlotCount = integer('SlotCount', { minimum: 1, maximum: 50 });

export const StationDetails = t.strict(
  {
    name: text('StationName', { minLength: 1, maxLength: 100 }),
    latitudeMicrodegrees: Latitude,
    longitudeMicrodegrees: Longitude,
    address: text('StationAddress', { maxLength: 300 }),
    landmark: nullable(text('StationLandmark', { maxLength: 200 })),
    totalSlots: SlotCount,
    /** `09:00`, local time; `null` when not stated. */
    openingTime: nullable(t.string),
    closingTime: nullable(t.string),
    model: nullable(t.string),
    amenities: t.readonlyArray(t.string),
    /** Hidden from customers until staff have completed it. */
    configured: t.boolean,
  },
  'StationDetails',
);
export type StationDetails = t.TypeOf<typeof StationDetails>;
