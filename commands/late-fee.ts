/** Late-fee configurations by super admins, and a calculator for staff (rules 3.8, 5.18). */

import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { type LateFeeCommand, lateFeeCatalogueId } from '../domain/late-fee/index.js';
import { lateFee } from '../domain/pricing/index.js';
import { Bug } from '../domain/shared/assert.js';
import { integer } from '../domain/shared/codecs.js';
import { LateFeeConfigId } from '../domain/shared/ids.js';
import { noBody, problem } from '../ports/http/answer.js';
import { withDefault } from '../ports/http/default-type.js';
import { type Route, route } from '../ports/http/route.js';
import { deriveId } from './context.js';
import {
  configAnswer,
  configOf,
  LateFeeCalculation,
  LateFeeConfigAnswer,
  LateFeeConfigBody,
  RateText,
} from './late-fee-shapes.js';
import {
  type Asking,
  contextOf,
  idFrom,
  type OperationTools,
  problemsOf,
  submit,
  withPosition,
} from './operation.js';

const tag = 'Staff: late fees';
const ConfigPath = t.strict({ id: LateFeeConfigId }, 'LateFeeConfigPath');

/** All configurations are one catalogue, so every command goes to the one stream. */
const tell = ({ handlers }: OperationTools, asking: Asking, command: LateFeeCommand) =>
  submit(handlers.lateFee, lateFeeCatalogueId, command, contextOf(asking));

const createConfig = (tools: OperationTools): Route =>
  route({
    operation: 'createLateFeeConfig',
    method: 'POST',
    path: '/api/admin/late-fee-configs',
    summary: 'Writes a late-fee configuration down',
    description:
      'It is inactive until it is activated, because it could overlap with an active one.',
    tag,
    idempotency: 'required',
    body: LateFeeConfigBody,
    responses: { 201: LateFeeConfigAnswer },
    handler: async (asking, answer) => {
      const configId = idFrom(LateFeeConfigId, deriveId(asking.commandId, 'late-fee'));
      const config = configOf(asking.body);
      const wish = { configId, config, at: asking.now };
      const created = await tell(tools, asking, { type: 'CreateLateFeeConfig', ...wish });
      // The body's codec admits no negative amount, and the id is this request's own.
      if (E.isLeft(created)) throw new Bug(`a configuration was refused: ${created.left.kind}`);
      const { state, position } = created.right;
      return answer(201, configAnswer(state, configId), withPosition(position));
    },
  });

const changeProblems = problemsOf(['late_fee_config_not_found', 'late_fee_config_overlaps']);

const changeConfig = (tools: OperationTools): Route =>
  route({
    operation: 'changeLateFeeConfig',
    method: 'PUT',
    path: '/api/admin/late-fee-configs/:id',
    summary: 'Replaces a late-fee configuration',
    description: 'Running rentals keep the terms that they were agreed on (LATE-5).',
    tag,
    params: ConfigPath,
    body: LateFeeConfigBody,
    responses: { 200: LateFeeConfigAnswer },
    problems: changeProblems.codes,
    handler: async (asking, answer) => {
      const { id: configId } = asking.params;
      const wish = { configId, config: configOf(asking.body), at: asking.now };
      const changed = await tell(tools, asking, { type: 'ChangeLateFeeConfig', ...wish });
      if (E.isLeft(changed)) return changeProblems.refused(changed.left);
      const { state, position } = changed.right;
      return answer(200, configAnswer(state, configId), withPosition(position));
    },
  });

const deleteProblems = problemsOf(['late_fee_config_not_found', 'late_fee_config_active']);

const deleteConfig = (tools: OperationTools): Route =>
  route({
    operation: 'deleteLateFeeConfig',
    method: 'DELETE',
    path: '/api/admin/late-fee-configs/:id',
    summary: 'Deletes a late-fee configuration that is not active',
    tag,
    params: ConfigPath,
    responses: { 204: noBody },
    problems: deleteProblems.codes,
    handler: async (asking, answer) => {
      const wish = { configId: asking.params.id, at: asking.now };
      const deleted = await tell(tools, asking, { type: 'DeleteLateFeeConfig', ...wish });
      if (E.isLeft(deleted)) return deleteProblems.refused(deleted.left);
      return answer(204, undefined, withPosition(deleted.right.position));
    },
  });

const ActivateBody = t.strict(
  { deactivate_others: withDefault(t.boolean, false) },
  'ActivateLateFeeConfig',
);

const activateConfig = (tools: OperationTools): Route =>
  route({
    operation: 'activateLateFeeConfig',
    method: 'POST',
    path: '/api/admin/late-fee-configs/:id/activate',
    summary: 'Puts a late-fee configuration in force for rentals that start from now on',
    description:
      'At most one is active for a package type: `deactivate_others` takes the others out of ' +
      'force in the same step, otherwise an overlap is refused.',
    tag,
    params: ConfigPath,
    body: ActivateBody,
    responses: { 200: LateFeeConfigAnswer },
    problems: changeProblems.codes,
    handler: async (asking, answer) => {
      const { id: configId } = asking.params;
      const deactivateOthers = asking.body.deactivate_others;
      const wish = { configId, deactivateOthers, at: asking.now };
      const activated = await tell(tools, asking, { type: 'ActivateLateFeeConfig', ...wish });
      if (E.isLeft(activated)) return changeProblems.refused(activated.left);
      const { state, position } = activated.right;
      return answer(200, configAnswer(state, configId), withPosition(position));
    },
  });

const unknownProblems = problemsOf(['late_fee_config_not_found']);

const deactivateConfig = (tools: OperationTools): Route =>
  route({
    operation: 'deactivateLateFeeConfig',
    method: 'POST',
    path: '/api/admin/late-fee-configs/:id/deactivate',
    summary: 'Takes a late-fee configuration out of force',
    tag,
    params: ConfigPath,
    responses: { 200: LateFeeConfigAnswer },
    problems: unknownProblems.codes,
    handler: async (asking, answer) => {
      const { id: configId } = asking.params;
      const wish = { configId, at: asking.now };
      const deactivated = await tell(tools, asking, { type: 'DeactivateLateFeeConfig', ...wish });
      if (E.isLeft(deactivated)) return unknownProblems.refused(deactivated.left);
      const { state, position } = deactivated.right;
      return answer(200, configAnswer(state, configId), withPosition(position));
    },
  });

/** Ten years: no rental is late for longer. */
const overdueMinutesMax = 5_256_000;

const TestBody = t.strict(
  {
    configuration_id: LateFeeConfigId,
    normal_rate_per_minute: RateText,
    overdue_minutes: integer('OverdueMinutes', { minimum: 0, maximum: overdueMinutesMax }),
  },
  'TestLateFee',
);

const testLateFee = ({ handlers }: OperationTools): Route =>
  route({
    operation: 'testLateFee',
    method: 'POST',
    path: '/api/admin/late-fee-configs/test-calculation',
    summary: 'Calculates a late fee without charging it',
    description: 'The same function charges at return (P-029, P-030).',
    tag,
    body: TestBody,
    responses: { 200: LateFeeCalculation },
    problems: unknownProblems.codes,
    handler: async ({ body }, answer) => {
      const { state } = await handlers.lateFee.load(lateFeeCatalogueId);
      const entry = state.entries.get(body.configuration_id);
      if (entry === undefined || entry.status === 'DELETED') {
        return problem('late_fee_config_not_found');
      }
      const terms = { configId: entry.configId, ...entry.config };
      const result = lateFee(terms, body.normal_rate_per_minute, body.overdue_minutes);
      return answer(200, {
        configuration_id: entry.configId,
        fee: result.fee,
        overdue_minutes: result.overdueMinutes,
        effective_minutes: result.effectiveMinutes,
        cap_periods: result.capPeriods,
        is_capped: result.isCapped,
      });
    },
  });

export const lateFeeCommands = (tools: OperationTools): readonly Route[] => [
  createConfig(tools),
  changeConfig(tools),
  deleteConfig(tools),
  activateConfig(tools),
  deactivateConfig(tools),
  testLateFee(tools),
];
