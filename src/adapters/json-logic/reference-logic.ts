import jsonLogic from 'json-logic-js';

/** The value of JSON-logic for data, as json-logic-js has it; undefined where it throws, as at a field called toString. */
export function referenceLogic(logic: unknown, data: unknown): unknown {
  try {
    return jsonLogic.apply(logic as jsonLogic.RulesLogic, data); // It takes anything for logic.
  } catch {
    return undefined;
  }
}
