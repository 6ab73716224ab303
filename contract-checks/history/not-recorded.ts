import { CannotJudge } from '../change.ts'

/** Nothing was recorded. The message says why and what to do. */
export class NotRecorded extends CannotJudge {}
