import type { LaneOwner } from '../../../src/adapters/mqtt/publish-lane.ts';

/** An owner of a lane that takes whatever comes and does nothing with it, but for what is given. */
export function idleOwner(parts: Partial<LaneOwner> = {}): LaneOwner {
  return {
    onPublish: () => true,
    onOversized: () => {},
    onPuback: () => true,
    onSuback: () => {},
    onBatchEnd: () => {},
    onWritten: () => {},
    isHeldUp: () => false,
    ...parts,
  };
}
