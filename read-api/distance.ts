/** A place on the map in whole microdegrees. */
export interface Place {
  readonly latitude: number;
  readonly longitude: number;
}

const earthRadiusKm = 6_371;
const microdegreesPerDegree = 1_000_000;
/** One degree of latitude; of longitude it is this times the cosine of the latitude. */
const kmPerDegree = (Math.PI / 180) * earthRadiusKm;

const radians = (microdegrees: number): number =>
  (microdegrees / microdegreesPerDegree) * (Math.PI / 180);

/** Great-circle distance in kilometres. */
export const distanceKm = (from: Place, to: Place): number => {
  const [south, north] = [radians(from.latitude), radians(to.latitude)];
  const height = Math.sin((north - south) / 2) ** 2;
  const width = Math.sin(radians(to.longitude - from.longitude) / 2) ** 2;
  const chord = height + Math.cos(south) * Math.cos(north) * width;
  return 2 * earthRadiusKm * Math.asin(Math.min(1, Math.sqrt(chord)));
};

/** A box that holds everything within `radiusKm`; what else it holds is for `distanceKm` to say. */
export const boxAround = ({ latitude, longitude }: Place, radiusKm: number) => {
  const degrees = radiusKm / kmPerDegree;
  const high = Math.ceil(degrees * microdegreesPerDegree);
  // Towards the poles a box of longitudes would be endless; the whole circle is always enough.
  const shrink = Math.max(0.01, Math.cos(radians(latitude)));
  const wide = Math.ceil((degrees / shrink) * microdegreesPerDegree);
  return {
    south: latitude - high,
    north: latitude + high,
    west: longitude - wide,
    east: longitude + wide,
  };
};
