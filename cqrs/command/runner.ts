import { v7 as uuidv7 } from 'uuid'
import type { Sql, WriteDatabase } from '#toolkit/database/client.ts'
import { Busy, LOCK_NOT_AVAILABLE } from '#toolkit/database/faults.ts'
import { sqlState } from '#toolkit/database/sql-state.ts'
import { sleep } from '#toolkit/process/backoff.ts'
import type { Call, Caller } from '#toolkit/trust/caller.ts'
import { currentRequest } from '../consistency/request.ts'
import { appendToOutbox } from '../outbox/outbox.ts'
import type { AggregateState } from './aggregate.ts'
import type { Command, MachineryInput } from './command.ts'
import type { CommandError } from './command-error.ts'
import type { Rejection } from './decision.ts'
import { claim, complete, digestOf, forgetAnswers } from './idempotency.ts'
import { type MachineryCode, machineryRejections, type Rejections } from './rejections.ts'
import { holdVersion, LostRace, mayPass, Rejected, taken } from './rolled-back.ts'
import { createTurns } from './turns.ts'
import { validate } from './validate.ts'

/** The outcome of a command. */
export type Outcome<State, Code extends string = string, Loaded = unknown> =
  | {
      readonly status: 'accepted'
      /** The committed state, its version included. */
      readonly state: State
      /** What `load` read. */
      readonly loaded: Loaded
      /** An earlier request with the same idempotency key did the work; this one wrote nothing. */
      readonly repeated: boolean
    }
  | { readonly status: 'rejected'; readonly errors: readonly CommandError<Code>[] }

export type RunCommand<Store> = <
  Input extends MachineryInput,
  Loaded,
  State extends AggregateState,
  Own extends string,
>(
  command: Command<Input, Loaded, State, Own, Store>,
  input: unknown,
  call: Call,
) => Promise<Outcome<State, Own, Loaded>>

/** The number of attempts when a command loses a race or PostgreSQL asks for a retry. */
const ATTEMPTS = 8

/** In milliseconds. Longer than the server's own limit for a transaction: see toolkit/database/settings.ts. */
const TRANSACTION = { timeout: 10_000, maxWait: 5_000 } as const

/** How long a command waits for earlier ones on its aggregate. `patience` is shorter than the gateway's timeout. */
const TURNS = { patience: 2_000, atMost: 20_000 } as const

/**
 * Runs commands against one write database: validates, then in one transaction claims the idempotency key, loads,
 * decides, saves state and outbox row, and stores the outcome under the key. Anything thrown is a fault. What a
 * client can act on is a rejection, and a rejected command writes nothing.
 */
export function createRunner<Store, Transaction extends Sql>(options: {
  readonly database: WriteDatabase<Transaction>
  /** The PostgreSQL schema that holds the machinery's tables. */
  readonly schema: string
  readonly store: (transaction: Transaction) => Store
  /** Rejects callers who may run no command at all, such as those whose account is deleted. */
  readonly admit?: (
    store: Store,
    caller: NonNullable<Caller>,
  ) => Promise<(Rejection & { readonly message: string }) | undefined>
  /** The HMAC key for the stored digests of inputs. */
  readonly idempotencySecret: string
  /** Called after each commit: wakes the relay. */
  readonly onCommit: () => void
  /** Waits until the data that other services own is as new as the request must see it. */
  readonly upToDate?: () => Promise<void>
  readonly now?: () => Date
}): RunCommand<Store> {
  const { database, schema, now = () => new Date() } = options
  const inTurn = createTurns(TURNS)

  return async function run<Input extends MachineryInput, Loaded, State extends AggregateState, Own extends string>(
    command: Command<Input, Loaded, State, Own, Store>,
    rawInput: unknown,
    call: Call,
  ): Promise<Outcome<State, Own, Loaded>> {
    const validated = validate(command.input, rawInput)
    if ('errors' in validated) return { status: 'rejected', errors: validated.errors }
    const { input } = validated
    const scope = `${command.name}:${call.caller?.userId ?? ''}`
    const digest = digestOf(options.idempotencySecret, input, command.secrets)

    const { aggregate } = command
    const key = input.idempotencyKey
    const answerOf = (state: State) => ({
      aggregateId: state.id,
      version: state.version,
      value: aggregate.encode(state),
    })

    /** @param contested the id of an aggregate that others change too: its row is locked before it is read */
    const attempt = (contested: string | undefined) =>
      database.$transaction(async (transaction) => {
        const store = options.store(transaction)
        if (key !== undefined) {
          const claimed = await claim(transaction, schema, scope, key, digest)
          if (claimed.status === 'used') {
            if (!claimed.equal) throw new Rejected({ rejected: 'IDEMPOTENCY_KEY_REUSED', path: ['idempotencyKey'] })
            const { aggregateId, version, value } = claimed.answered
            const state = value ? aggregate.decode(value, version) : await aggregate.find(store, aggregateId)
            if (!state) throw new Error(`${aggregate.name} ${aggregateId} is gone from the write database`)
            return { state, loaded: await command.load(store, input, call.caller), repeated: true }
          }
        }

        const unwelcome = call.caller && (await options.admit?.(store, call.caller))
        if (unwelcome) throw new Rejected(unwelcome)
        if (contested !== undefined)
          await transaction.$queryRawUnsafe(
            `SELECT 1 FROM "${schema}"."${aggregate.table}" WHERE id = $1::uuid FOR NO KEY UPDATE`,
            contested,
          )
        const loaded = await command.load(store, input, call.caller)
        const time = now()
        const decision = command.decide(loaded, input, { caller: call.caller, now: time, newId: () => uuidv7() })
        if ('rejected' in decision) throw new Rejected(decision)
        const state = 'unchanged' in decision ? decision.unchanged : decision.state
        if (input.expectedVersion !== undefined && input.expectedVersion !== state.version)
          throw new Rejected({ rejected: 'VERSION_CONFLICT', path: ['expectedVersion'] }, state)
        if ('unchanged' in decision) {
          if (key !== undefined) {
            await holdVersion(transaction, `"${schema}"."${aggregate.table}"`, state)
            await complete(transaction, schema, scope, key, answerOf(state))
          }
          return { state, loaded, repeated: false }
        }

        const version = state.version + 1
        if (!(await aggregate.save(store, state, version))) throw new LostRace(state.id)
        const committed = { ...state, version }
        await command.alongside?.(store, committed, input)
        await appendToOutbox(transaction, schema, {
          topic: aggregate.topic.name,
          key: state.id,
          version,
          type: decision.type,
          eventId: uuidv7(),
          time,
          trace: call.trace,
          value: aggregate.encode(committed),
        })
        if (aggregate.erased?.(committed)) await forgetAnswers(transaction, schema, state.id)
        if (key !== undefined) await complete(transaction, schema, scope, key, answerOf(committed))
        return { state: committed, loaded, repeated: false }
      }, TRANSACTION)

    /** Later answers to the same client must contain it, whether it was written now or before. */
    const mustBeSeen = ({ id, version }: AggregateState) => currentRequest()?.wrote([aggregate.topic.name, id, version])

    const attempts = async (): Promise<Outcome<State, Own, Loaded>> => {
      let contested: string | undefined
      for (let tried = 1; ; tried++) {
        try {
          const accepted = await attempt(contested)
          options.onCommit()
          mustBeSeen(accepted.state)
          return { status: 'accepted', ...accepted }
        } catch (error) {
          const rejection = error instanceof Rejected ? error : taken(command.taken, error)
          if (rejection?.current) mustBeSeen(rejection.current)
          if (rejection) return { status: 'rejected', errors: [toError(rejection, command.rejections)] }
          if (sqlState(error) === LOCK_NOT_AVAILABLE || (tried === ATTEMPTS && mayPass(error)))
            throw new Busy(`${command.name}: others hold what it changes`, { cause: error })
          if (!mayPass(error)) throw error
          if (error instanceof LostRace) contested = error.id
          await sleep(Math.random() * 10 * tried)
        }
      }
    }

    await options.upToDate?.()
    // Wait for equal requests first, then for the aggregate. The fixed order prevents a deadlock.
    const target = command.target?.(input, call.caller)
    const onTarget = () => (target == null ? attempts() : inTurn(`${aggregate.name} ${target}`, attempts))
    return key === undefined ? onTarget() : inTurn(`key ${scope} ${key}`, onTarget)
  }
}

function toError<Own extends string>(
  { rejection: { rejected: code, path, message }, current }: Rejected,
  own: Partial<Rejections<Own>>,
): CommandError<Own> {
  const texts: Partial<Rejections> = { ...own, ...machineryRejections }
  return {
    code: code as Own | MachineryCode,
    message: message ?? texts[code]?.message ?? code,
    path,
    ...(current ? { currentVersion: current.version } : {}),
  }
}
