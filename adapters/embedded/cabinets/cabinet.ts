/**
 * A simulated family-A cabinet: its own MQTT and HTTP client, which shares nothing with the server
 * but the codec. It fills a development machine with life and plays the tricks of a real one.
 */

import * as E from 'fp-ts/lib/Either.js';
import type { Log } from '../../../ports/log.js';
import {
  COMMAND_CODES,
  type DecodedFrame,
  type DecodedInventory,
} from '../../mqtt/family-a/decoded.js';
import { encodeFrame } from '../../mqtt/family-a/encode.js';
import type { DecideEject } from './behaviour.js';
import {
  type CabinetSettings,
  createCommandHandler,
  type HandleCommand,
} from './command-handler.js';
import type {
  InsertError,
  InsertOptions,
  SimulatedCabinet,
  SimulatedCabinetOptions,
} from './contract.js';
import { createEjector, type Ejector } from './ejector.js';
import { type CabinetHttp, type CallError, createCabinetHttp } from './http-client.js';
import { type CabinetLink, createCabinetLink } from './link.js';
import { returnFrame, sendReturnReport, USUAL_RETURN_REPORTS } from './returns.js';
import { createSlotStore, type SlotStore } from './slot-store.js';
import { inventoryOf, type SimulatedBank, type SimulatedSlots } from './slots.js';
import { type CabinetTimings, pause, REAL_TIMINGS } from './timings.js';
import {
  beatDue,
  echoHeard,
  freshWatchdog,
  mustRestart,
  restarted,
  type Watchdog,
} from './watchdog.js';

const USUAL_SIGNAL_STRENGTH = 24;
const USUAL_VOLUME_PERCENT = 50;
const MAIN_BOARD_ADDRESS = 0x10;

const heartbeatFrame = (signalStrength: number): DecodedFrame => ({
  command: COMMAND_CODES.heartbeat,
  kind: 'heartbeat',
  boardAddress: MAIN_BOARD_ADDRESS,
  text: `CSQ:${signalStrength};BP:0`,
  csq: signalStrength,
  backupPower: 0,
});

/** The slot a bank goes into: the one asked for, or the first free one. */
const chooseSlot = (
  slots: SimulatedSlots,
  wanted: number | undefined,
): E.Either<InsertError, number> => {
  if (wanted === undefined) {
    const free = slots.find(({ bank, fault }) => bank === null && fault === null);
    return free === undefined ? E.left('no_free_slot') : E.right(free.slot);
  }
  const slot = slots.find(({ slot: number }) => number === wanted);
  if (slot === undefined) return E.left('no_such_slot');
  return slot.bank === null ? E.right(wanted) : E.left('slot_occupied');
};

/** Runs `action` after `firstMs` and then every `everyMs`, until the signal. */
const repeat = async (
  { firstMs, everyMs }: { readonly firstMs: number; readonly everyMs: number },
  action: () => Promise<unknown>,
  signal: AbortSignal,
): Promise<void> => {
  let waitMs = firstMs;
  while (await pause(waitMs, signal)) {
    await action();
    waitMs = everyMs;
  }
};

/** The parts of one cabinet and the little that ties them together. */
class Cabinet implements SimulatedCabinet {
  readonly imei: string;
  private readonly log: Log;
  private readonly timings: CabinetTimings;
  private readonly signalStrength: number;
  private readonly power = new AbortController();
  private readonly store: SlotStore;
  private readonly http: CabinetHttp;
  private readonly link: CabinetLink;
  private readonly ejector: Ejector;
  private readonly handleCommand: HandleCommand;
  private readonly uploading: Promise<void>;
  private readonly awaitingConnection = new Set<() => void>();
  private watchdogState = freshWatchdog;
  private readonly currentSettings: CabinetSettings = {
    ssid: null,
    volumePercent: USUAL_VOLUME_PERCENT,
    networkMode: '4g',
  };

  constructor(options: SimulatedCabinetOptions) {
    this.imei = options.imei;
    this.log = options.log.with({ imei: options.imei });
    this.timings = { ...REAL_TIMINGS, ...options.timings };
    this.signalStrength = options.signalStrength ?? USUAL_SIGNAL_STRENGTH;
    this.store = createSlotStore(options.slots);
    this.http = this.createHttp(options);
    this.ejector = this.createEjector(options);
    this.handleCommand = this.createCommandHandler(options);
    this.link = this.createLink(options);
    const { firstUploadMs, uploadMs } = this.timings;
    const period = { firstMs: firstUploadMs, everyMs: uploadMs };
    this.uploading = repeat(period, this.upload, this.power.signal);
  }

  private createHttp({ httpBaseUrl, firmware = 'older' }: SimulatedCabinetOptions): CabinetHttp {
    return createCabinetHttp({
      baseUrl: httpBaseUrl,
      imei: this.imei,
      firmware,
      signal: `CSQ:${this.signalStrength}`,
      abort: this.power.signal,
    });
  }

  private createEjector({ behaviour }: SimulatedCabinetOptions): Ejector {
    const ejector = createEjector({
      store: this.store,
      ejectMs: this.timings.ejectMs,
      publish: this.publish,
      dropConnection: this.dropConnection,
      abort: this.power.signal,
    });
    if (behaviour !== undefined) ejector.setScript(behaviour);
    return ejector;
  }

  private createCommandHandler(options: SimulatedCabinetOptions): HandleCommand {
    return createCommandHandler({
      store: this.store,
      settings: this.currentSettings,
      ejector: this.ejector,
      networkNames: options.networkNames ?? [],
      checkReports: options.checkReports ?? 'all',
      publish: this.publish,
      upload: this.upload,
      restart: this.dropConnection,
      log: this.log,
    });
  }

  private createLink({ mqtt }: SimulatedCabinetOptions): CabinetLink {
    return createCabinetLink({
      imei: this.imei,
      reconnectMs: this.timings.reconnectMs,
      getAccess: async () => (mqtt === 'provisioned' ? this.http.provision() : E.right(mqtt)),
      onMessage: (channel, payload) => {
        if (channel === 'get') void this.handleCommand(payload);
        else this.watchdogState = echoHeard(this.watchdogState);
      },
      onConnected: (ended) => {
        for (const resolve of this.awaitingConnection) resolve();
        this.awaitingConnection.clear();
        const { heartbeatMs } = this.timings;
        void repeat({ firstMs: heartbeatMs, everyMs: heartbeatMs }, this.sendHeartbeat, ended);
      },
      abort: this.power.signal,
      log: this.log,
    });
  }

  private readonly publish = (frame: DecodedFrame): Promise<boolean> =>
    this.link.publish('update', encodeFrame(frame));

  private succeeded(call: string, result: E.Either<CallError, unknown>): boolean {
    if (E.isLeft(result)) {
      this.log.warn('simulated cabinet: a call failed', { call, error: result.left });
    }
    return E.isRight(result);
  }

  readonly isConnected = (): boolean => this.link.isConnected();

  readonly connected = (): Promise<void> =>
    this.isConnected()
      ? Promise.resolve()
      : new Promise((resolve) => this.awaitingConnection.add(resolve));

  readonly slots = (): SimulatedSlots => this.store.slots();

  readonly inventory = (): DecodedInventory => inventoryOf(this.store.slots());

  readonly settings = (): Readonly<CabinetSettings> => this.currentSettings;

  readonly watchdog = (): Watchdog => this.watchdogState;

  readonly setBehaviour = (behaviour: DecideEject): void => this.ejector.setScript(behaviour);

  readonly insertBank = async (
    bank: SimulatedBank,
    { slot: wanted, reports = USUAL_RETURN_REPORTS }: InsertOptions = {},
  ): Promise<E.Either<InsertError, number>> => {
    const chosen = chooseSlot(this.store.slots(), wanted);
    if (E.isLeft(chosen)) return chosen;
    this.store.put(chosen.right, bank);
    const roads = {
      publish: this.publish,
      upload: this.upload,
      reportOverHttp: async (serial: string, slot: number) =>
        this.succeeded('return', await this.http.reportReturn(serial, slot)),
    };
    for (const report of reports) {
      await sendReturnReport(report, { bank, slot: chosen.right }, roads);
    }
    return chosen;
  };

  readonly refuseBank = async (bank: SimulatedBank, slot: number, state: number): Promise<void> => {
    await this.publish(returnFrame(bank, slot, state));
  };

  readonly removeBank = (slot: number): void => this.store.put(slot, null);

  readonly sendHeartbeat = async (): Promise<void> => {
    this.watchdogState = beatDue(this.watchdogState);
    if (mustRestart(this.watchdogState)) {
      this.log.warn('simulated cabinet restarts for want of heartbeat echoes');
      this.watchdogState = restarted(this.watchdogState);
      this.dropConnection();
      return;
    }
    await this.link.publish('heart', encodeFrame(heartbeatFrame(this.signalStrength)));
  };

  readonly upload = async (): Promise<boolean> => {
    const frame = encodeFrame(this.inventory());
    return this.succeeded('upload', await this.http.upload(frame, this.currentSettings.ssid));
  };

  readonly dropConnection = (): void => this.link.drop();

  readonly stop = async (): Promise<void> => {
    this.power.abort();
    await Promise.all([this.link.ended, this.uploading]);
  };
}

/** Switches a cabinet on. It provisions, connects and reports until it is stopped. */
export const createSimulatedCabinet = (options: SimulatedCabinetOptions): SimulatedCabinet =>
  new Cabinet(options);
