/** The messages that answer consumers of a persistent subscription, and those who ask about it. */
import type { ResolvedEvent } from '../log/links.js';
import type { RecordedEvent } from '../log/types.js';
import type { ConnectionInfo, GroupInfo } from '../persistent/info.js';
import { placeText, startText } from '../persistent/places.js';
import { type GroupSettings, sourceText } from '../persistent/settings.js';
import { GroupReadResp, type PersistentPb, SubscriptionInfo } from './messages.js';
import { fillRecordedEvent } from './read-response.js';
import type { UuidForm } from './uuid.js';

type InfoMessage = PersistentPb.SubscriptionInfo;

export function groupConfirmation(subscriptionId: string): PersistentPb.ReadResp {
  const message = new GroupReadResp.SubscriptionConfirmation();
  message.setSubscriptionId(subscriptionId);
  const response = new GroupReadResp();
  response.setSubscriptionConfirmation(message);
  return response;
}

export function groupEvent(
  resolved: ResolvedEvent,
  retryCount: number,
  uuidForm: UuidForm,
): PersistentPb.ReadResp {
  const message = new GroupReadResp.ReadEvent();
  const { event, link } = resolved;
  if (event !== undefined) message.setEvent(recordedEvent(event, uuidForm));
  if (link !== undefined) message.setLink(recordedEvent(link, uuidForm));
  message.setCommitPosition(String((link ?? event)?.position ?? 0));
  message.setRetryCount(retryCount);
  const response = new GroupReadResp();
  response.setEvent(message);
  return response;
}

export function groupInfoMessage(info: GroupInfo): InfoMessage {
  const { key, settings } = info.definition;
  const place = (at: number | undefined) => (at === undefined ? '' : placeText(key.source, at));
  const message = new SubscriptionInfo();
  setSettings(message, settings);
  message.setEventSource(sourceText(key.source));
  message.setGroupName(key.groupName);
  message.setStartFrom(startText(key.source, settings.start));
  message.setStatus(info.live ? 'Live' : 'Behind');
  message.setConnectionsList(info.connections.map(connectionMessage));
  message.setTotalItems(String(info.totalCount));
  message.setAveragePerSecond(info.sinceLastLook.perSecond);
  message.setCountSinceLastMeasurement(String(info.sinceLastLook.count));
  message.setLastKnownEventPosition(place(info.lastKnown));
  message.setLastCheckpointedEventPosition(place(info.lastCheckpoint));
  message.setReadBufferCount(info.waitingFromHistory);
  message.setLiveBufferCount(String(info.waitingLive));
  message.setRetryBufferCount(info.waitingRetries);
  const inFlight = info.connections.reduce((sum, each) => sum + each.unconfirmedCount, 0);
  message.setTotalInFlightMessages(inFlight);
  message.setOutstandingMessagesCount(info.outstandingCount);
  message.setParkedMessageCount(String(info.parkedCount));
  return message;
}

function setSettings(message: InfoMessage, settings: GroupSettings): void {
  message.setResolveLinkTos(settings.resolveLinks);
  message.setExtraStatistics(settings.extraStatistics);
  message.setNamedConsumerStrategy(settings.strategy);
  message.setMaxRetryCount(settings.maxRetryCount);
  message.setMessageTimeoutMilliseconds(settings.messageTimeoutMs);
  message.setCheckPointAfterMilliseconds(settings.checkpointAfterMs);
  message.setMinCheckPointCount(settings.minCheckpointCount);
  message.setMaxCheckPointCount(settings.maxCheckpointCount);
  message.setMaxSubscriberCount(settings.maxSubscriberCount);
  message.setLiveBufferSize(settings.liveBufferSize);
  message.setReadBatchSize(settings.readBatchSize);
  message.setBufferSize(settings.historyBufferSize);
}

function connectionMessage(info: ConnectionInfo): PersistentPb.SubscriptionInfo.ConnectionInfo {
  const message = new SubscriptionInfo.ConnectionInfo();
  message.setFrom(info.consumer.from);
  message.setUsername(info.consumer.userName);
  message.setConnectionName(info.consumer.connectionName);
  message.setTotalItems(String(info.totalCount));
  message.setAverageItemsPerSecond(info.sinceLastLook.perSecond);
  message.setCountSinceLastMeasurement(String(info.sinceLastLook.count));
  message.setAvailableSlots(info.freeSlots);
  message.setInFlightMessages(info.unconfirmedCount);
  message.setObservedMeasurementsList(
    info.measurements.map(({ name, valueMs }) => {
      const measurement = new SubscriptionInfo.Measurement();
      measurement.setKey(name);
      measurement.setValue(String(valueMs));
      return measurement;
    }),
  );
  return message;
}

function recordedEvent(
  event: RecordedEvent,
  uuidForm: UuidForm,
): PersistentPb.ReadResp.ReadEvent.RecordedEvent {
  const message = new GroupReadResp.ReadEvent.RecordedEvent();
  fillRecordedEvent(message, event, uuidForm);
  return message;
}
