import { type Timestamp, timestampDate } from '@bufbuild/protobuf/wkt'

/** A time of a state, with millisecond precision. The epoch if an old record has none. */
export const timeOf = (timestamp: Timestamp | undefined): Date => (timestamp ? timestampDate(timestamp) : new Date(0))
