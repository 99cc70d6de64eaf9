/** What one container is: CPU units (1024 are one core), memory, and how many of it run. */
export type ContainerSize = { cpu: number; memoryMb: number; instances: number };

/** CPU units and megabytes that a day's price includes, for each instance. */
export const FLAT_SIZE = 1792;

/** A container as it comes: the largest that costs the flat price. */
export const DEFAULT_SIZE: ContainerSize = { cpu: FLAT_SIZE, memoryMb: FLAT_SIZE, instances: 1 };

/** The most that may be asked for: 64 cores, 512 GiB, 100 instances. */
export const LARGEST_SIZE: ContainerSize = { cpu: 65_536, memoryMb: 524_288, instances: 100 };

/**
 * How much a size counts, in 1792ths of the flat price for a day.
 *
 * The published formula: days billed = instances × max(1, CPU units ÷ 1792, MB ÷ 1792). Up to 1792 of both an instance
 * costs the flat price; above that the larger of the two scales it, in proportion.
 */
export const sizeWeight = ({ cpu, memoryMb, instances }: ContainerSize): bigint =>
  BigInt(instances) * BigInt(Math.max(FLAT_SIZE, cpu, memoryMb));

/** One thing of a kind that has no size, in 1792ths. */
export const UNSIZED_WEIGHT = BigInt(FLAT_SIZE);
