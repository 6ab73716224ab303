import fc from 'fast-check'
import { expect, inject, test } from 'vitest'
import { assertConverges } from '../testing/convergence.ts'
import { history } from '../testing/interleaving.ts'
import { boxTopic, createBoxes, id, itemTopic } from './boxes.fixture.ts'

/** Boxes that are renamed, and items that open, close and move between boxes, some of which never get an event. */
const histories = fc
  .tuple(
    fc.array(fc.array(fc.constantFrom('', 'red', 'blue'), { minLength: 1, maxLength: 4 }), { maxLength: 3 }),
    fc.array(
      fc.array(fc.record({ box: fc.nat(3), open: fc.boolean(), shelves: fc.subarray(['a', 'b']) }), {
        minLength: 1,
        maxLength: 5,
      }),
      {
        maxLength: 4,
      },
    ),
  )
  .map(([boxes, items]) => [
    ...boxes.map((labels, n) =>
      history(
        boxTopic,
        id(n),
        labels.map((label) => ({ id: id(n), label })),
      ),
    ),
    ...items.map((states, n) =>
      history(
        itemTopic,
        id(100 + n),
        states.map(({ box, open, shelves }) => ({ id: id(100 + n), boxId: id(box), note: '', open, shelves })),
      ),
    ),
  ])

test('every interleaving produces the tables of the last states, and a replay changes nothing', async () => {
  const { pool, model } = await createBoxes()
  await pool.end()
  await assertConverges({ url: inject('postgresUrl'), model, histories })
})

test('tables that depend on how often they were written are reported with a counterexample', async () => {
  const { pool, model } = await createBoxes()
  await pool.query(`
    CREATE FUNCTION ${model.schema}.grow() RETURNS trigger LANGUAGE plpgsql AS
    'BEGIN NEW."openItems" = OLD."openItems" + 1; RETURN NEW; END';
    CREATE TRIGGER grow BEFORE UPDATE ON ${model.schema}.boxes FOR EACH ROW EXECUTE FUNCTION ${model.schema}.grow()`)
  await expect(assertConverges({ url: inject('postgresUrl'), model, histories })).rejects.toThrow(/Counterexample/)
  await pool.end()
})
