import type { Plan } from '../core/rule.ts';
import type { Stage } from '../core/stage.ts';
import type { EventTime } from '../core/stages/event-window.ts';
import type { Names } from './names.ts';

/** A plan, with what is known of its stages. `time` is that of its windows, if they have one of their own. */
export function planOf(
  ends: Pick<Plan, 'where' | 'foreach' | 'by' | 'onError'>,
  stages: readonly Stage[],
  time: EventTime | null,
  { lets, measurements, inputs }: Names,
): Plan {
  const splitAt = stages.findIndex((stage) => stage.splits === true);
  return {
    ...ends,
    stages,
    stateful: stages.some((stage) => stage.stateful),
    splitAt: splitAt === -1 ? stages.length : splitAt,
    timed: placesOf(stages, (stage) => stage.wakeAt !== undefined || stage.phase !== undefined),
    showing: placesOf(stages, (stage) => stage.expose !== undefined),
    keeping: placesOf(stages, (stage) => stage.keep !== undefined),
    letCount: lets.length,
    measuredCount: measurements.length,
    inputCount: inputs.length,
    eventTime: time === null ? null : { ...time, place: splitAt },
  };
}

function placesOf(stages: readonly Stage[], isMeant: (stage: Stage) => boolean): number[] {
  return stages.flatMap((stage, place) => (isMeant(stage) ? [place] : []));
}
