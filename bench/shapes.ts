/**
 * The shapes of load that measurements speak of by name: what happens in a network of 5,000
 * cabinets, as data. How a measurement brings it about, and for how long, is its own business.
 */

/** A network that is large for one installation; the same in all shapes. */
export const network = {
  cabinets: 5_000,
  slotsOfCabinet: 8,
  /** Some slots have to be free, or nobody could put a bank back. */
  banksOfCabinet: 6,
} as const;

/** Cabinets keep these times by themselves, day and night (cabinet protocol §11). */
const secondsBetween = { heartbeats: 600, uploads: 1_200 } as const;

/** What cabinets say without being asked, a second, from the whole network. */
const signsOfLife = {
  heartbeats: network.cabinets / secondsBetween.heartbeats,
  uploads: network.cabinets / secondsBetween.uploads,
} as const;

/** Things that happen a second, from the whole network; they come by the clock, busy or not. */
export interface Traffic {
  readonly kind: 'traffic';
  readonly rentalsStarted: number;
  readonly banksReturned: number;
  readonly topUps: number;
  readonly heartbeats: number;
  /** Whole inventories, over HTTP. */
  readonly uploads: number;
  /** Answers of the read API. */
  readonly reads: {
    readonly wallet: number;
    readonly activeRental: number;
    readonly nearbyStations: number;
  };
}

/** Work that is always under way, so many units at a time: as fast as it goes. */
export interface Rush {
  readonly kind: 'rush';
  /** Over how many wallets, each in turn. */
  readonly wallets: number;
  readonly inFlight: number;
}

/** Everything at one moment, and then nothing more: what counts is when it is quiet again. */
export interface Storm {
  readonly kind: 'storm';
  /** Cabinets that connect to the broker and subscribe, all at once. */
  readonly cabinets: number;
  /** Whole inventories that each of them uploads as soon as it is back. */
  readonly uploadsOfCabinet: number;
}

/**
 * Before dawn: cabinets speak, people sleep. One rental begins every twenty seconds; a few more
 * banks come back than leave.
 */
const quietNight: Traffic = {
  kind: 'traffic',
  rentalsStarted: 0.05,
  banksReturned: 0.1,
  topUps: 0.01,
  ...signsOfLife,
  reads: { wallet: 0.5, activeRental: 1, nearbyStations: 0.5 },
};

/**
 * The busiest hour of a day. With 30,000 banks, each rented four times a day and an eighth of that
 * in this hour, four rentals begin a second. A rental lasts about an hour, so some 14,000 people
 * have a bank, and look at their rental every five minutes; each start is preceded by a look at the
 * map and at the wallet, and as many people look without renting.
 */
const eveningPeak: Traffic = {
  kind: 'traffic',
  rentalsStarted: 4,
  banksReturned: 4,
  topUps: 1,
  ...signsOfLife,
  reads: { wallet: 8, activeRental: 48, nearbyStations: 8 },
};

/** A company's wallet that everybody in the building pays from. */
const oneHotWallet: Rush = { kind: 'rush', wallets: 1, inFlight: 64 };

/** The broker was restarted: every cabinet reconnects and uploads what it holds. */
const reconnectStorm: Storm = {
  kind: 'storm',
  cabinets: network.cabinets,
  uploadsOfCabinet: 1,
};

export const shapes = {
  'quiet-night': quietNight,
  'evening-peak': eveningPeak,
  'one-hot-wallet': oneHotWallet,
  'reconnect-storm': reconnectStorm,
} as const;
