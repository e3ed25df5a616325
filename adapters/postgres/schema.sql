-- The whole schema, made by the migrations and by the read models. Nothing runs this file:
-- it shows in a review what a change does to the schema. To renew it:
--   UPDATE_SCHEMA=1 npx ava tests/projections/schema.test.ts

CREATE TABLE account.devices (
  user_id text NOT NULL,
  device_id text NOT NULL,
  push_token text,
  type text NOT NULL,
  name text,
  app_version text,
  os_version text,
  is_active boolean NOT NULL,
  last_used_at timestamp with time zone NOT NULL,
  biometric_hash bytea,
  biometric_enabled_at timestamp with time zone,
  biometric_used_at timestamp with time zone,
  PRIMARY KEY (user_id, device_id),
  CHECK (((biometric_hash IS NULL) = (biometric_enabled_at IS NULL))),
  CHECK ((is_active = (push_token IS NOT NULL))),
  CHECK ((is_active OR (biometric_hash IS NULL))),
  CHECK ((type = ANY (ARRAY['ANDROID'::text, 'IOS'::text, 'WEB'::text])))
);
CREATE UNIQUE INDEX one_device_of_a_push_token ON account.devices USING btree (push_token) WHERE is_active;
CREATE UNIQUE INDEX one_user_of_a_device ON account.devices USING btree (device_id) WHERE is_active;

CREATE TABLE account.identifier_key (
  key_id text NOT NULL,
  registered_at timestamp with time zone NOT NULL,
  PRIMARY KEY (key_id)
);
CREATE UNIQUE INDEX one_identifier_key ON account.identifier_key USING btree ((true));

CREATE TABLE account.master_keys (
  key_id text NOT NULL,
  is_active boolean NOT NULL,
  registered_at timestamp with time zone NOT NULL,
  PRIMARY KEY (key_id)
);
CREATE UNIQUE INDEX one_active_master_key ON account.master_keys USING btree (is_active) WHERE is_active;

CREATE TABLE account.otp_challenges (
  purpose text NOT NULL,
  identifier_index text NOT NULL,
  challenge_id uuid NOT NULL,
  code_hash bytea NOT NULL,
  expires_at timestamp with time zone NOT NULL,
  used_at timestamp with time zone,
  tries smallint NOT NULL,
  tries_until timestamp with time zone NOT NULL,
  PRIMARY KEY (purpose, identifier_index),
  CHECK ((tries >= 0))
);
CREATE INDEX otp_challenges_by_expiry ON account.otp_challenges USING btree (expires_at);

CREATE TABLE account.password_failures (
  name text NOT NULL,
  failures smallint NOT NULL,
  pauses smallint NOT NULL,
  paused_until timestamp with time zone,
  last_at timestamp with time zone NOT NULL,
  PRIMARY KEY (name)
);
CREATE INDEX password_failures_by_age ON account.password_failures USING btree (last_at);

CREATE TABLE account.passwords (
  holder_kind text NOT NULL,
  holder_id text NOT NULL,
  hash text NOT NULL,
  changed_at timestamp with time zone NOT NULL,
  PRIMARY KEY (holder_kind, holder_id)
);

CREATE TABLE account.personal_keys (
  subject text NOT NULL,
  wrapped bytea,
  master_key_id text,
  created_at timestamp with time zone NOT NULL,
  destroyed_at timestamp with time zone,
  PRIMARY KEY (subject),
  FOREIGN KEY (master_key_id) REFERENCES account.master_keys(key_id),
  CHECK (((wrapped IS NULL) = (destroyed_at IS NOT NULL))),
  CHECK (((wrapped IS NULL) = (master_key_id IS NULL)))
);
CREATE INDEX personal_keys_by_master ON account.personal_keys USING btree (master_key_id, subject) WHERE (master_key_id IS NOT NULL);

CREATE TABLE account.revoked_holders (
  holder_kind text NOT NULL,
  holder_id text NOT NULL,
  issued_up_to timestamp with time zone NOT NULL,
  PRIMARY KEY (holder_kind, holder_id)
);
CREATE INDEX revoked_holders_by_age ON account.revoked_holders USING btree (issued_up_to);

CREATE TABLE account.sessions (
  session_id uuid NOT NULL,
  realm text NOT NULL,
  holder_kind text NOT NULL,
  holder_id text NOT NULL,
  device_id text,
  opened_at timestamp with time zone NOT NULL,
  last_used_at timestamp with time zone NOT NULL,
  ends_at timestamp with time zone NOT NULL,
  refresh_hash bytea NOT NULL,
  refresh_expires_at timestamp with time zone NOT NULL,
  previous_hash bytea,
  rotated_at timestamp with time zone,
  rotated_by bytea,
  successor bytea,
  revoked_at timestamp with time zone,
  revoked_reason text,
  PRIMARY KEY (session_id),
  CHECK (((previous_hash IS NULL) = (rotated_at IS NULL))),
  CHECK (((revoked_at IS NULL) = (revoked_reason IS NULL))),
  CHECK ((realm = ANY (ARRAY['app'::text, 'partner'::text, 'staff'::text]))),
  CHECK ((refresh_expires_at <= ends_at))
);
CREATE INDEX sessions_by_expiry ON account.sessions USING btree (refresh_expires_at);
CREATE INDEX sessions_by_revocation ON account.sessions USING btree (revoked_at) WHERE (revoked_at IS NOT NULL);
CREATE INDEX sessions_of_holder ON account.sessions USING btree (holder_kind, holder_id);
CREATE INDEX sessions_with_successor ON account.sessions USING btree (rotated_at) WHERE (successor IS NOT NULL);

CREATE TABLE account.setup_links (
  holder_kind text NOT NULL,
  holder_id text NOT NULL,
  token_hash bytea NOT NULL,
  expires_at timestamp with time zone NOT NULL,
  used_at timestamp with time zone,
  UNIQUE (token_hash),
  PRIMARY KEY (holder_kind, holder_id)
);
CREATE INDEX setup_links_by_expiry ON account.setup_links USING btree (expires_at);

CREATE TABLE account.social_tickets (
  secret_hash bytea NOT NULL,
  kind text NOT NULL,
  proof_hash bytea,
  content jsonb NOT NULL,
  expires_at timestamp with time zone NOT NULL,
  used_at timestamp with time zone,
  PRIMARY KEY (secret_hash),
  CHECK ((kind = ANY (ARRAY['visit'::text, 'nonce'::text, 'hand-over'::text])))
);
CREATE INDEX social_tickets_by_expiry ON account.social_tickets USING btree (expires_at);

CREATE TABLE account.staff_requests (
  request_id text NOT NULL,
  staff_id text NOT NULL,
  address text NOT NULL,
  agent text,
  at timestamp with time zone NOT NULL,
  PRIMARY KEY (request_id)
);
CREATE INDEX staff_requests_by_age ON account.staff_requests USING btree (at);
CREATE INDEX staff_requests_of ON account.staff_requests USING btree (staff_id);

CREATE TABLE account.verification_tokens (
  token_hash bytea NOT NULL,
  purpose text NOT NULL,
  identifier_index text NOT NULL,
  expires_at timestamp with time zone NOT NULL,
  used_at timestamp with time zone,
  PRIMARY KEY (token_hash)
);
CREATE INDEX verification_tokens_by_expiry ON account.verification_tokens USING btree (expires_at);
CREATE INDEX verification_tokens_of ON account.verification_tokens USING btree (identifier_index);

CREATE TABLE action_log.actions (
  event_id text NOT NULL,
  position bigint NOT NULL,
  at timestamp with time zone NOT NULL,
  actor_id text NOT NULL,
  target_kind text NOT NULL,
  target_id text NOT NULL,
  action text NOT NULL,
  changes jsonb NOT NULL,
  correlation_id text NOT NULL,
  request_id text NOT NULL,
  PRIMARY KEY (event_id)
);
CREATE INDEX actions_by_age ON action_log.actions USING btree (at);
CREATE INDEX actions_newest ON action_log.actions USING btree ("position");
CREATE INDEX actions_of_actor ON action_log.actions USING btree (actor_id, "position");
CREATE INDEX actions_of_request ON action_log.actions USING btree (correlation_id);
CREATE INDEX actions_on_target ON action_log.actions USING btree (target_kind, target_id, "position");

CREATE TABLE action_log.standings (
  stream text NOT NULL,
  target_id text NOT NULL,
  fields jsonb NOT NULL,
  position bigint NOT NULL,
  PRIMARY KEY (stream, target_id)
);

CREATE TABLE broadcast.broadcasts (
  broadcast_id text NOT NULL,
  title text NOT NULL,
  message text NOT NULL,
  audience text NOT NULL,
  channels text[] NOT NULL,
  sent_by text NOT NULL,
  expected bigint NOT NULL,
  status text NOT NULL,
  accepted bigint NOT NULL,
  refused bigint NOT NULL,
  failed bigint NOT NULL,
  unknown bigint NOT NULL,
  skipped bigint NOT NULL,
  under_way bigint NOT NULL,
  waiting bigint NOT NULL,
  accepted_at timestamp with time zone NOT NULL,
  ended_at timestamp with time zone,
  updated_at timestamp with time zone NOT NULL,
  position bigint NOT NULL,
  PRIMARY KEY (broadcast_id),
  CHECK (((ended_at IS NULL) = (status = 'RUNNING'::text))),
  CHECK (((status = 'RUNNING'::text) OR ((under_way = 0) AND (waiting = 0))))
);
CREATE INDEX broadcasts_newest ON broadcast.broadcasts USING btree (accepted_at DESC, broadcast_id);

CREATE TABLE cabinet.secrets (
  secret_id text NOT NULL,
  sealed bytea NOT NULL,
  expires_at timestamp with time zone NOT NULL,
  PRIMARY KEY (secret_id)
);
CREATE INDEX secrets_by_expiry ON cabinet.secrets USING btree (expires_at);

CREATE TABLE cabinet_history.ejects (
  station text NOT NULL,
  eject_id text NOT NULL,
  purpose text NOT NULL,
  rental_id text,
  status text NOT NULL,
  ordered_power_bank text NOT NULL,
  ejected_power_bank text,
  slot integer,
  evidence text,
  refusal text,
  queued_at timestamp with time zone NOT NULL,
  dispatched_at timestamp with time zone,
  settled_at timestamp with time zone,
  position bigint NOT NULL,
  PRIMARY KEY (eject_id, station)
);
CREATE INDEX ejects_newest ON cabinet_history.ejects USING btree (queued_at DESC, station, eject_id);
CREATE INDEX ejects_of_rental ON cabinet_history.ejects USING btree (rental_id);
CREATE INDEX ejects_of_station ON cabinet_history.ejects USING btree (station, queued_at DESC);

CREATE TABLE cabinet_history.orders (
  station text NOT NULL,
  order_id text NOT NULL,
  kind text NOT NULL,
  cabinet_order jsonb NOT NULL,
  origin text NOT NULL,
  actor_kind text NOT NULL,
  actor_id text NOT NULL,
  status text NOT NULL,
  failure text,
  ssids text[],
  ordered_at timestamp with time zone NOT NULL,
  settled_at timestamp with time zone,
  position bigint NOT NULL,
  PRIMARY KEY (order_id, station)
);
CREATE INDEX orders_newest ON cabinet_history.orders USING btree (ordered_at DESC, station, order_id);
CREATE INDEX orders_of_station ON cabinet_history.orders USING btree (station, ordered_at DESC);

CREATE TABLE due.dues (
  user_id text NOT NULL,
  rental_id text NOT NULL,
  owed_minor bigint NOT NULL,
  recorded_at timestamp with time zone NOT NULL,
  updated_at timestamp with time zone NOT NULL,
  cleared_at timestamp with time zone,
  position bigint NOT NULL,
  PRIMARY KEY (user_id, rental_id),
  CHECK (((cleared_at IS NULL) = (owed_minor > 0))),
  CHECK ((owed_minor >= 0))
);
CREATE INDEX open_dues ON due.dues USING btree (recorded_at, user_id) WHERE (cleared_at IS NULL);

CREATE TABLE favourite.favourites (
  user_id text NOT NULL,
  station text NOT NULL,
  since timestamp with time zone NOT NULL,
  position bigint NOT NULL,
  PRIMARY KEY (user_id, station)
);

CREATE TABLE http.idempotency_keys (
  scope text NOT NULL,
  key text NOT NULL,
  attempt uuid NOT NULL,
  field_hashes jsonb NOT NULL,
  answer jsonb,
  claimed_until timestamp with time zone NOT NULL,
  expires_at timestamp with time zone NOT NULL,
  PRIMARY KEY (scope, key)
);
CREATE INDEX idempotency_keys_by_expiry ON http.idempotency_keys USING btree (expires_at);

CREATE TABLE http.rate_limits (
  key character varying(255) NOT NULL,
  points integer NOT NULL DEFAULT 0,
  expire bigint,
  PRIMARY KEY (key)
);
CREATE INDEX rate_limits_by_expiry ON http.rate_limits USING btree (expire);

CREATE TABLE late_fee.configs (
  config_id text NOT NULL,
  name text NOT NULL,
  fee_type text NOT NULL,
  multiplier_hundredths integer NOT NULL,
  flat_rate_per_hour_minor bigint NOT NULL,
  grace_minutes integer NOT NULL,
  cap_per_day_minor bigint,
  package_types text[] NOT NULL,
  status text NOT NULL,
  catalogue text NOT NULL,
  created_at timestamp with time zone NOT NULL,
  updated_at timestamp with time zone NOT NULL,
  position bigint NOT NULL,
  PRIMARY KEY (config_id)
);
CREATE INDEX configs_of_catalogue ON late_fee.configs USING btree (catalogue);

CREATE TABLE ledger.account_days (
  account text NOT NULL,
  day date NOT NULL,
  debits_minor bigint NOT NULL,
  credits_minor bigint NOT NULL,
  position bigint NOT NULL,
  PRIMARY KEY (account, day),
  CHECK ((credits_minor >= 0)),
  CHECK ((debits_minor >= 0))
);

CREATE TABLE ledger.accounts (
  account text NOT NULL,
  class text NOT NULL,
  family text NOT NULL,
  owner text,
  asset text NOT NULL,
  debits_minor bigint NOT NULL,
  credits_minor bigint NOT NULL,
  balance_minor bigint NOT NULL,
  position bigint NOT NULL,
  PRIMARY KEY (account),
  CHECK ((balance_minor = (debits_minor - credits_minor))),
  CHECK ((credits_minor >= 0)),
  CHECK ((debits_minor >= 0))
);
CREATE INDEX accounts_of_family ON ledger.accounts USING btree (family, account);
CREATE INDEX accounts_of_owner ON ledger.accounts USING btree (owner, account) WHERE (owner IS NOT NULL);

CREATE TABLE ledger.entries (
  position bigint NOT NULL,
  event_id text NOT NULL,
  event_type text NOT NULL,
  stream text NOT NULL,
  revision bigint NOT NULL,
  rental_id text,
  actor_kind text NOT NULL,
  actor_id text NOT NULL,
  correlation_id text NOT NULL,
  causation_id text NOT NULL,
  at timestamp with time zone NOT NULL,
  day date NOT NULL,
  PRIMARY KEY ("position")
);
CREATE INDEX entries_by_event ON ledger.entries USING btree (event_id);
CREATE INDEX entries_of_day ON ledger.entries USING btree (day, "position");
CREATE INDEX entries_of_rental ON ledger.entries USING btree (rental_id, "position") WHERE (rental_id IS NOT NULL);
CREATE INDEX entries_of_stream ON ledger.entries USING btree (stream, "position");

CREATE TABLE ledger.family_days (
  family text NOT NULL,
  day date NOT NULL,
  debits_minor bigint NOT NULL,
  credits_minor bigint NOT NULL,
  position bigint NOT NULL,
  PRIMARY KEY (family, day),
  CHECK ((credits_minor >= 0)),
  CHECK ((debits_minor >= 0))
);

CREATE TABLE ledger.postings (
  position bigint NOT NULL,
  line integer NOT NULL,
  account text NOT NULL,
  asset text NOT NULL,
  amount_minor bigint NOT NULL,
  at timestamp with time zone NOT NULL,
  PRIMARY KEY ("position", line),
  CHECK ((amount_minor <> 0)),
  CHECK ((line > 0))
);
CREATE INDEX postings_of_account ON ledger.postings USING btree (account, at, "position", line);

CREATE TABLE ledger.rental_books (
  rental_id text NOT NULL,
  planned jsonb NOT NULL,
  paid_minor bigint NOT NULL,
  is_completed boolean NOT NULL,
  position bigint NOT NULL,
  PRIMARY KEY (rental_id),
  CHECK ((paid_minor >= 0))
);

CREATE TABLE package.discount_uses (
  discount_id text NOT NULL,
  rental_id text NOT NULL,
  user_id text NOT NULL,
  at timestamp with time zone NOT NULL,
  position bigint NOT NULL,
  PRIMARY KEY (discount_id, rental_id)
);
CREATE INDEX discount_uses_of_user ON package.discount_uses USING btree (user_id, discount_id);

CREATE TABLE package.discounts (
  discount_id text NOT NULL,
  station text NOT NULL,
  package_id text NOT NULL,
  percent integer NOT NULL,
  max_total_uses bigint,
  max_uses_per_user bigint NOT NULL,
  used_count bigint NOT NULL,
  valid_from timestamp with time zone NOT NULL,
  valid_until timestamp with time zone NOT NULL,
  status text NOT NULL,
  offered_at timestamp with time zone NOT NULL,
  updated_at timestamp with time zone NOT NULL,
  position bigint NOT NULL,
  PRIMARY KEY (discount_id)
);
CREATE INDEX discounts_of_station ON package.discounts USING btree (station, package_id);

CREATE TABLE package.packages (
  package_id text NOT NULL,
  name text NOT NULL,
  description text NOT NULL,
  duration_minutes integer NOT NULL,
  price_minor bigint NOT NULL,
  package_type text NOT NULL,
  payment_model text NOT NULL,
  is_active boolean NOT NULL,
  created_at timestamp with time zone NOT NULL,
  updated_at timestamp with time zone NOT NULL,
  position bigint NOT NULL,
  PRIMARY KEY (package_id)
);

CREATE TABLE points.accounts (
  user_id text NOT NULL,
  current bigint NOT NULL,
  held bigint NOT NULL,
  spendable bigint NOT NULL,
  lifetime_earned bigint NOT NULL,
  updated_at timestamp with time zone NOT NULL,
  position bigint NOT NULL,
  PRIMARY KEY (user_id),
  CHECK ((current >= 0)),
  CHECK ((held >= 0)),
  CHECK ((spendable = (current - held))),
  CHECK ((spendable >= 0))
);
CREATE INDEX accounts_by_lifetime ON points.accounts USING btree (lifetime_earned DESC, user_id);

CREATE TABLE points.history (
  user_id text NOT NULL,
  revision bigint NOT NULL,
  entry_id text NOT NULL,
  kind text NOT NULL,
  source text NOT NULL,
  points bigint NOT NULL,
  balance_before bigint NOT NULL,
  balance_after bigint NOT NULL,
  rental_id text,
  reason text,
  actor_kind text NOT NULL,
  actor_id text NOT NULL,
  at timestamp with time zone NOT NULL,
  position bigint NOT NULL,
  PRIMARY KEY (user_id, revision),
  CHECK ((abs((balance_after - balance_before)) = points)),
  CHECK ((points > 0))
);

CREATE TABLE power_bank.banks (
  power_bank text NOT NULL,
  model text,
  capacity_mah integer,
  status text NOT NULL,
  service_state text NOT NULL,
  service_reason text,
  place text NOT NULL,
  station text,
  slot integer,
  rental_id text,
  placed_at timestamp with time zone,
  battery_percent integer,
  rentals_count bigint NOT NULL,
  cycles_ten_thousandths bigint NOT NULL,
  under_five_minutes_count bigint NOT NULL,
  registered_at timestamp with time zone,
  updated_at timestamp with time zone NOT NULL,
  position bigint NOT NULL,
  PRIMARY KEY (power_bank),
  CHECK (((place <> 'slot'::text) OR ((station IS NOT NULL) AND (slot IS NOT NULL)))),
  CHECK (((place = ANY (ARRAY['rental'::text, 'lost'::text])) = (rental_id IS NOT NULL))),
  CHECK (((status <> 'RENTED'::text) OR ((station IS NULL) AND (slot IS NULL))))
);
CREATE INDEX banks_by_status ON power_bank.banks USING btree (status, power_bank);
CREATE INDEX banks_of_station ON power_bank.banks USING btree (station);

CREATE TABLE power_bank.history (
  power_bank text NOT NULL,
  revision bigint NOT NULL,
  event text NOT NULL,
  station text,
  slot integer,
  rental_id text,
  battery_percent integer,
  reason text,
  at timestamp with time zone NOT NULL,
  position bigint NOT NULL,
  PRIMARY KEY (power_bank, revision)
);

CREATE TABLE process.checkpoints (
  process text NOT NULL,
  position bigint NOT NULL,
  updated_at timestamp with time zone NOT NULL DEFAULT now(),
  PRIMARY KEY (process)
);

CREATE TABLE process.parked (
  process text NOT NULL,
  stream text NOT NULL,
  position bigint NOT NULL,
  error text NOT NULL,
  parked_at timestamp with time zone NOT NULL DEFAULT now(),
  PRIMARY KEY (process, "position")
);

CREATE TABLE process.timers (
  process text NOT NULL,
  timer_id text NOT NULL,
  kind text NOT NULL,
  due_at timestamp with time zone NOT NULL,
  payload jsonb NOT NULL,
  PRIMARY KEY (process, timer_id)
);
CREATE INDEX timers_by_due ON process.timers USING btree (process, due_at);

CREATE TABLE projection.checkpoints (
  name text NOT NULL,
  version integer NOT NULL,
  position bigint,
  recorded_at timestamp with time zone,
  updated_at timestamp with time zone NOT NULL DEFAULT now(),
  PRIMARY KEY (name)
);

CREATE TABLE projection.parked (
  name text NOT NULL,
  stream text NOT NULL,
  position bigint NOT NULL,
  revision bigint NOT NULL,
  event_id uuid NOT NULL,
  event_type text NOT NULL,
  is_poison boolean NOT NULL,
  error text,
  parked_at timestamp with time zone NOT NULL DEFAULT now(),
  PRIMARY KEY (name, stream, "position"),
  CHECK ((is_poison = (error IS NOT NULL)))
);

CREATE TABLE public.log_namespace (
  only_row boolean NOT NULL DEFAULT true,
  namespace text NOT NULL,
  PRIMARY KEY (only_row),
  CHECK (only_row)
);

CREATE TABLE public.migrations (
  number integer NOT NULL,
  name text NOT NULL,
  applied_at timestamp with time zone NOT NULL DEFAULT now(),
  PRIMARY KEY (number)
);

CREATE TABLE rental.extensions (
  rental_id text NOT NULL,
  payment_id text NOT NULL,
  package_id text NOT NULL,
  package_name text NOT NULL,
  minutes integer NOT NULL,
  price_minor bigint NOT NULL,
  previous_due_at timestamp with time zone NOT NULL,
  due_at timestamp with time zone NOT NULL,
  at timestamp with time zone NOT NULL,
  position bigint NOT NULL,
  PRIMARY KEY (rental_id, payment_id)
);

CREATE TABLE rental.payments (
  rental_id text NOT NULL,
  payment_id text NOT NULL,
  purpose text NOT NULL,
  status text NOT NULL,
  amount_minor bigint NOT NULL,
  points bigint NOT NULL,
  wallet_minor bigint NOT NULL,
  shortfall_minor bigint,
  planned_at timestamp with time zone NOT NULL,
  updated_at timestamp with time zone NOT NULL,
  position bigint NOT NULL,
  PRIMARY KEY (rental_id, payment_id)
);

CREATE TABLE rental.rentals (
  rental_id text NOT NULL,
  rental_code text NOT NULL,
  user_id text NOT NULL,
  status text NOT NULL,
  payment_status text NOT NULL,
  payment_mode text NOT NULL,
  package_id text NOT NULL,
  package_name text NOT NULL,
  package_type text NOT NULL,
  payment_model text NOT NULL,
  price_minor bigint NOT NULL,
  discount_id text,
  discount_percent integer,
  terms jsonb NOT NULL,
  requested_at timestamp with time zone NOT NULL,
  pickup_station text NOT NULL,
  pickup_slot integer,
  power_bank text,
  start_battery_percent integer,
  is_eject_undecided boolean NOT NULL,
  started_at timestamp with time zone,
  due_at timestamp with time zone,
  overdue_at timestamp with time zone,
  awaited_put_back_wish text,
  awaited_put_back_until timestamp with time zone,
  put_back_wish text,
  put_back_slot integer,
  put_back_at timestamp with time zone,
  put_back_decide_by timestamp with time zone,
  return_station text,
  return_slot integer,
  return_battery_percent integer,
  returned_at timestamp with time zone,
  ended_at timestamp with time zone,
  completion_reason text,
  is_on_time boolean,
  staff_note text,
  use_minor bigint,
  late_fee_minor bigint,
  overdue_minutes integer,
  penalty_minor bigint,
  staff_amount_minor bigint,
  total_minor bigint,
  extensions_minor bigint NOT NULL,
  paid_minor bigint NOT NULL,
  paid_points bigint NOT NULL,
  paid_wallet_minor bigint NOT NULL,
  owed_minor bigint NOT NULL,
  due_opened_at timestamp with time zone,
  due_settled_at timestamp with time zone,
  cancellation_requested_at timestamp with time zone,
  cancelled_at timestamp with time zone,
  cancellation_cause text,
  cancellation_code text,
  cancellation_reason text,
  cancellation_fee_minor bigint,
  refund_points bigint,
  refund_wallet_minor bigint,
  refund_paid_at timestamp with time zone,
  extensions_count integer NOT NULL,
  swaps_count integer NOT NULL,
  lost_found_at timestamp with time zone,
  updated_at timestamp with time zone NOT NULL,
  position bigint NOT NULL,
  PRIMARY KEY (rental_id),
  CHECK (((started_at IS NULL) = (due_at IS NULL))),
  CHECK ((owed_minor >= 0))
);
CREATE INDEX open_rentals_of_user ON rental.rentals USING btree (user_id) WHERE (status = ANY (ARRAY['PENDING'::text, 'PENDING_POPUP'::text, 'ACTIVE'::text, 'OVERDUE'::text]));
CREATE INDEX rentals_by_code ON rental.rentals USING btree (rental_code);
CREATE INDEX rentals_newest ON rental.rentals USING btree (requested_at DESC, rental_id);
CREATE INDEX rentals_of_power_bank ON rental.rentals USING btree (power_bank);
CREATE INDEX rentals_of_station ON rental.rentals USING btree (pickup_station, requested_at DESC);
CREATE INDEX rentals_of_user ON rental.rentals USING btree (user_id, requested_at DESC, rental_id);

CREATE TABLE rental.swaps (
  rental_id text NOT NULL,
  swap_id text NOT NULL,
  status text NOT NULL,
  reason text NOT NULL,
  description text,
  station text NOT NULL,
  old_power_bank text NOT NULL,
  old_slot integer NOT NULL,
  old_battery_percent integer,
  new_power_bank text,
  new_slot integer,
  new_battery_percent integer,
  failure_code text,
  requested_at timestamp with time zone NOT NULL,
  settled_at timestamp with time zone,
  position bigint NOT NULL,
  PRIMARY KEY (rental_id, swap_id)
);

CREATE TABLE rental_issue.rental_issues (
  issue_id text NOT NULL,
  rental_id text NOT NULL,
  user_id text NOT NULL,
  issue_type text NOT NULL,
  words text NOT NULL,
  status text NOT NULL,
  reported_at timestamp with time zone NOT NULL,
  resolved_at timestamp with time zone,
  position bigint NOT NULL,
  PRIMARY KEY (issue_id),
  CHECK (((resolved_at IS NOT NULL) = (status = 'RESOLVED'::text)))
);
CREATE INDEX issues_of_user ON rental_issue.rental_issues USING btree (user_id, reported_at DESC, issue_id);

CREATE TABLE rental_location.positions (
  rental_id text NOT NULL,
  user_id text NOT NULL,
  latitude_microdegrees integer NOT NULL,
  longitude_microdegrees integer NOT NULL,
  accuracy_metres integer NOT NULL,
  at timestamp with time zone NOT NULL,
  PRIMARY KEY (rental_id, at),
  CHECK (((latitude_microdegrees >= '-90000000'::integer) AND (latitude_microdegrees <= 90000000))),
  CHECK (((longitude_microdegrees >= '-180000000'::integer) AND (longitude_microdegrees <= 180000000))),
  CHECK ((accuracy_metres >= 0))
);
CREATE INDEX positions_by_age ON rental_location.positions USING btree (at);
CREATE INDEX positions_of_user ON rental_location.positions USING btree (user_id);

CREATE TABLE settings.history (
  key text NOT NULL,
  actor_kind text NOT NULL,
  actor_id text NOT NULL,
  at timestamp with time zone NOT NULL,
  position bigint NOT NULL,
  before jsonb NOT NULL,
  after jsonb NOT NULL,
  revision bigint NOT NULL,
  PRIMARY KEY (key, revision)
);

CREATE TABLE settings.settings (
  key text NOT NULL,
  actor_kind text NOT NULL,
  actor_id text NOT NULL,
  at timestamp with time zone NOT NULL,
  position bigint NOT NULL,
  value text,
  is_active boolean NOT NULL,
  is_public boolean,
  description text,
  stream text NOT NULL,
  PRIMARY KEY (key)
);
CREATE INDEX settings_of_stream ON settings.settings USING btree (stream);

CREATE TABLE staff.members (
  staff_id text NOT NULL,
  stream text NOT NULL,
  role text NOT NULL,
  is_active boolean NOT NULL,
  reason text,
  person text NOT NULL,
  email_index text NOT NULL,
  added_by text,
  added_at timestamp with time zone NOT NULL,
  updated_at timestamp with time zone NOT NULL,
  position bigint NOT NULL,
  PRIMARY KEY (staff_id)
);
CREATE INDEX members_of_stream ON staff.members USING btree (stream);

CREATE TABLE station.anomalies (
  station text NOT NULL,
  revision bigint NOT NULL,
  kind text NOT NULL,
  slot integer,
  power_bank text,
  anomaly jsonb NOT NULL,
  at timestamp with time zone NOT NULL,
  position bigint NOT NULL,
  PRIMARY KEY (station, revision)
);
CREATE INDEX anomalies_newest ON station.anomalies USING btree (at DESC, station, revision);

CREATE TABLE station.changes (
  station text NOT NULL,
  revision bigint NOT NULL,
  status text NOT NULL,
  trigger text,
  reason text,
  at timestamp with time zone NOT NULL,
  position bigint NOT NULL,
  PRIMARY KEY (station, revision)
);

CREATE TABLE station.open_ejects (
  station text NOT NULL,
  eject_id text NOT NULL,
  power_bank text NOT NULL,
  slot integer,
  position bigint NOT NULL,
  PRIMARY KEY (station, eject_id)
);

CREATE TABLE station.reservations (
  station text NOT NULL,
  rental_id text NOT NULL,
  power_bank text NOT NULL,
  position bigint NOT NULL,
  PRIMARY KEY (station, rental_id)
);

CREATE TABLE station.slots (
  station text NOT NULL,
  slot integer NOT NULL,
  status text NOT NULL,
  power_bank text,
  battery_percent integer,
  docked_at timestamp with time zone,
  is_bank_in_service boolean NOT NULL,
  fault integer,
  is_in_maintenance boolean NOT NULL,
  is_in_doubt boolean NOT NULL,
  reserved_for_rental text,
  eject_id text,
  is_rentable boolean NOT NULL,
  seen_at timestamp with time zone NOT NULL,
  position bigint NOT NULL,
  PRIMARY KEY (station, slot)
);
CREATE INDEX slots_of_power_bank ON station.slots USING btree (power_bank);

CREATE TABLE station.stations (
  station text NOT NULL,
  imei text NOT NULL,
  name text NOT NULL,
  latitude_microdegrees integer NOT NULL,
  longitude_microdegrees integer NOT NULL,
  address text NOT NULL,
  landmark text,
  total_slots integer NOT NULL,
  opening_time text,
  closing_time text,
  model text,
  amenities text[] NOT NULL,
  is_configured boolean NOT NULL,
  presence text NOT NULL,
  presence_since timestamp with time zone,
  is_in_maintenance boolean NOT NULL,
  maintenance_reason text,
  first_synced_at timestamp with time zone,
  registered_at timestamp with time zone NOT NULL,
  updated_at timestamp with time zone NOT NULL,
  position bigint NOT NULL,
  PRIMARY KEY (station)
);
CREATE INDEX stations_by_imei ON station.stations USING btree (imei);
CREATE INDEX stations_by_name ON station.stations USING btree (name, station);
CREATE INDEX stations_on_map ON station.stations USING btree (latitude_microdegrees, longitude_microdegrees) WHERE is_configured;

CREATE TABLE users.users (
  user_id text NOT NULL,
  registered_by text NOT NULL,
  username text,
  username_index text,
  email text,
  email_index text,
  phone text,
  phone_index text,
  profile text,
  referral_code text,
  referred_by text,
  status text NOT NULL,
  status_reason text,
  kyc_status text NOT NULL,
  kyc_reason text,
  kyc_documents text,
  kyc_submitted_at timestamp with time zone,
  profile_completed_at timestamp with time zone,
  registered_at timestamp with time zone NOT NULL,
  deleted_at timestamp with time zone,
  updated_at timestamp with time zone NOT NULL,
  position bigint NOT NULL,
  PRIMARY KEY (user_id)
);
CREATE INDEX users_email ON users.users USING btree (email_index);
CREATE INDEX users_kyc ON users.users USING btree (kyc_submitted_at DESC, user_id) WHERE (kyc_submitted_at IS NOT NULL);
CREATE INDEX users_newest ON users.users USING btree (registered_at DESC, user_id);
CREATE INDEX users_phone ON users.users USING btree (phone_index);
CREATE INDEX users_referral_code ON users.users USING btree (referral_code);
CREATE INDEX users_username ON users.users USING btree (username_index);

CREATE TABLE wallet.entries (
  user_id text NOT NULL,
  revision bigint NOT NULL,
  entry_id text NOT NULL,
  kind text NOT NULL,
  about text NOT NULL,
  amount_minor bigint NOT NULL,
  balance_before_minor bigint NOT NULL,
  balance_after_minor bigint NOT NULL,
  rental_id text,
  reason text,
  actor_kind text NOT NULL,
  actor_id text NOT NULL,
  at timestamp with time zone NOT NULL,
  position bigint NOT NULL,
  PRIMARY KEY (user_id, revision),
  CHECK ((abs((balance_after_minor - balance_before_minor)) = amount_minor)),
  CHECK ((amount_minor > 0))
);

CREATE TABLE wallet.payers (
  rental_id text NOT NULL,
  user_id text NOT NULL,
  points_per_npr bigint NOT NULL,
  is_postpaid boolean NOT NULL,
  position bigint NOT NULL,
  PRIMARY KEY (rental_id)
);

CREATE TABLE wallet.transactions (
  source text NOT NULL,
  transaction_id text NOT NULL,
  user_id text NOT NULL,
  type text NOT NULL,
  purpose text,
  amount_minor bigint NOT NULL,
  method text NOT NULL,
  wallet_minor bigint NOT NULL,
  points bigint NOT NULL,
  rental_id text,
  status text NOT NULL,
  moves_money boolean NOT NULL,
  created_at timestamp with time zone NOT NULL,
  settled_at timestamp with time zone,
  position bigint NOT NULL,
  PRIMARY KEY (source),
  CHECK ((amount_minor >= 0)),
  CHECK ((points >= 0)),
  CHECK ((wallet_minor >= 0))
);
CREATE INDEX transactions_by_id ON wallet.transactions USING btree (transaction_id);
CREATE INDEX transactions_of_rental ON wallet.transactions USING btree (rental_id);
CREATE INDEX transactions_of_user ON wallet.transactions USING btree (user_id, created_at DESC, source);

CREATE TABLE wallet.wallets (
  user_id text NOT NULL,
  balance_minor bigint NOT NULL,
  held_minor bigint NOT NULL,
  spendable_minor bigint NOT NULL,
  updated_at timestamp with time zone NOT NULL,
  position bigint NOT NULL,
  PRIMARY KEY (user_id),
  CHECK ((balance_minor >= 0)),
  CHECK ((held_minor >= 0)),
  CHECK ((spendable_minor = (balance_minor - held_minor))),
  CHECK ((spendable_minor >= 0))
);
