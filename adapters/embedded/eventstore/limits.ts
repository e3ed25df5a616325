/** Every bound of the node in one place, each with its unit. */

/** The largest request message the server reads; a record of 16 MiB plus its envelope fits. */
export const REQUEST_BYTES_MAX = 17 * 1024 * 1024;

/** Appends above this are refused unless the caller of `startEventStoreNode` says otherwise. */
export const APPEND_SIZE_BYTES_DEFAULT = 1024 * 1024;

/** The largest limit that may be configured: one append has to fit into one request. */
export const APPEND_SIZE_BYTES_MAX = 16 * 1024 * 1024;

/** Events fetched from storage in one go by a read or by a subscription that catches up. */
export const PAGE_EVENTS_MAX = 128;

/** A page ends early once it holds this much, so large events do not multiply. */
export const PAGE_BYTES_MAX = 1024 * 1024;

/** Page size of a filter that names no window, and the unit of its checkpoint interval. */
export const FILTER_WINDOW_EVENTS_DEFAULT = 32;

/** A commit group ends early once it holds this much event data. */
export const COMMIT_GROUP_BYTES_MAX = 8 * 1024 * 1024;

/** A commit group holds at most this many writes, so that one fsync never waits for ever. */
export const COMMIT_GROUP_WRITES_MAX = 4096;

/** A commit group ends early once it holds this many events: they are written in one turn. */
export const COMMIT_GROUP_EVENTS_MAX = 16_384;

/**
 * Appends of more events are refused as too large, however small the events are: an append is
 * written in one turn of the event loop, and nobody else is answered meanwhile.
 */
export const APPEND_EVENTS_MAX = 65_536;

/** Events that one step of a scavenge takes out; an append waits for one step at most. */
export const SCAVENGE_STEP_EVENTS_MAX = 256;

/** A step of a scavenge ends early once it has taken out this much. */
export const SCAVENGE_STEP_BYTES_MAX = 1024 * 1024;

/** Streams that a scavenge looks at before it lets others have their turn. */
export const SCAVENGE_LOOKS_PER_TURN = 64;

/** Unanswered data of one batch append call beyond which its requests are no longer read. */
export const BATCH_CALL_BYTES_MAX = 32 * 1024 * 1024;

/** Unanswered appends of one batch append call beyond which its requests are no longer read. */
export const BATCH_CALL_APPENDS_MAX = 8192;

/** How long the parts of one batch append may take, whatever deadline its caller set. */
export const BATCH_COLLECT_MS_MAX = 60_000;

/** Wrong passwords of one user from one address, or of unknown users, before a pause. */
export const LOGIN_ATTEMPTS_MAX = 5;

/** How long whoever has guessed that often has to wait. */
export const LOGIN_PAUSE_MS = 30_000;

/** Sources of wrong passwords that are remembered; beyond it the oldest is forgotten. */
export const LOGIN_SOURCES_MAX = 10_000;

/** Passwords that wait to be checked at the same time; further ones are refused. */
export const LOGIN_CHECKS_MAX = 256;

/** How long a stopping node waits for calls to end by themselves. */
export const STOP_GRACE_MS = 500;

/** How long a connection may take to say by its first bytes, or to agree by TLS, what it speaks. */
export const FIRST_BYTES_MS_MAX = 10_000;

/** Connections at the same time; more are not accepted. */
export const CONNECTIONS_MAX = 10_000;

/** How long an HTTP/1.1 connection may last, its one request and answer included. */
export const HTTP_CONNECTION_MS_MAX = 30_000;

/** Request line and headers of an HTTP/1.1 request. */
export const HTTP_HEADER_BYTES_MAX = 16 * 1024;

/** Body of an HTTP/1.1 request; nothing that is asked there needs a larger one. */
export const HTTP_BODY_BYTES_MAX = 64 * 1024;

/** Events that are looked at for category streams in one go; their links make one write. */
export const CATEGORY_PAGE_EVENTS_MAX = 512;

/** Events without a link after which a checkpoint says that they need not be looked at again. */
export const CATEGORY_CHECKPOINT_EVENTS = 10_000;

/** How long the links wait after the storage has refused them. */
export const CATEGORY_RETRY_MS = 1_000;

/** How often persistent subscriptions look for time-outs and checkpoints that are due. */
export const GROUP_LOOK_MS = 1000;

/** A group reads no further ahead once the events that wait in it weigh so much. */
export const GROUP_BUFFER_BYTES_MAX = 16 * 1024 * 1024;

/** Unconfirmed events a consumer may hold, whatever it asks for. */
export const CONSUMER_SLOTS_MAX = 65_536;

/** Latest events of a consumer whose times are measured, if a group asks for it. */
export const LATENCY_SAMPLE_EVENTS = 1000;

/** Lanes that pinned events are hashed into; more of them spread streams more evenly. */
export const PINNED_LANES = 1024;

/** Checkpoints kept of each group, and configurations of all groups: the last one, and a spare. */
export const STATE_EVENTS_KEPT = 2;
