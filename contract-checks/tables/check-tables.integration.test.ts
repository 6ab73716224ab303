import { globSync } from 'node:fs'
import { type Case, testCheck } from '../facts/check-cases.fixture.ts'
import { checkTables } from './check-tables.ts'

const read = 'prisma/posts/read/schema.prisma'
const write = 'prisma/posts/write/schema.prisma'
const definition = 'subgraphs/posts/service.ts'
const [migration = ''] = globSync('prisma/posts/read/migrations/*_init/migration.sql')

const ofPosts = ['posts: projection of posts', 'posts: queries of posts, in the previous release']
const ofFollows = ['posts: projection of follows', 'posts: queries of follows, in the previous release']
const body = / {2}body +String +@default\(""\)\n/

const cases: readonly Case[] = [
  { what: 'equal schemas report nothing', edits: [], reported: [] },
  {
    what: 'a column with a default is safe',
    edits: [[read, /( {2}body .*\n)/, '$1  lead String @default("")\n']],
    reported: [{ level: 'safe', rule: 'tables.column-added', file: read, line: 'lead String', breaks: [] }],
  },
  {
    what: 'a column that may be null is safe',
    edits: [[read, /( {2}body .*\n)/, '$1  lead String?\n']],
    reported: [{ level: 'safe', rule: 'tables.column-added', file: read, line: 'lead String?', breaks: [] }],
  },
  {
    what: 'a required column without a default is breaking: no stub can be made',
    edits: [[read, /( {2}body .*\n)/, '$1  lead String\n']],
    reported: [
      {
        level: 'breaking',
        rule: 'tables.column-added-required',
        file: read,
        line: 'lead String',
        breaks: ['posts: queries of posts, in the previous release'],
      },
    ],
  },
  {
    what: 'a dropped column breaks the projection that writes it and the queries of the previous release',
    edits: [[read, body, '']],
    reported: [{ level: 'breaking', rule: 'tables.column-dropped', file: read, line: 'body ', breaks: ofPosts }],
  },
  {
    what: 'a renamed column is breaking',
    edits: [[read, body, '  content String @default("")\n']],
    reported: [
      { level: 'breaking', rule: 'tables.column-renamed', file: read, line: 'content String', breaks: ofPosts },
    ],
  },
  {
    what: 'a column with another name in code is the same column',
    edits: [[read, body, '  content String @default("") @map("body")\n']],
    reported: [],
  },
  {
    what: 'a retyped column is breaking',
    edits: [[read, body, '  body Bytes @default("")\n']],
    reported: [{ level: 'breaking', rule: 'tables.column-retyped', file: read, line: 'body Bytes', breaks: ofPosts }],
  },
  {
    what: 'a column that may no longer be null is breaking',
    edits: [[read, / {2}followerId String\? @db.Uuid\n/, '  followerId String @db.Uuid\n']],
    reported: [
      { level: 'breaking', rule: 'tables.column-made-required', file: read, line: 'followerId', breaks: ofFollows },
    ],
  },
  {
    what: 'a column that may now be null is dangerous to the previous release',
    edits: [[read, body, '  body String? @default("")\n']],
    reported: [
      { level: 'dangerous', rule: 'tables.column-made-optional', file: read, line: 'body String?', breaks: ofPosts },
    ],
  },
  {
    what: 'a removed default is breaking',
    edits: [[read, body, '  body String\n']],
    reported: [{ level: 'breaking', rule: 'tables.default-dropped', file: read, line: 'body String', breaks: ofPosts }],
  },
  {
    what: 'a changed default is dangerous',
    edits: [[read, body, '  body String @default("?")\n']],
    reported: [
      { level: 'dangerous', rule: 'tables.default-changed', file: read, line: '@default("?")', breaks: ofPosts },
    ],
  },
  {
    what: 'a dropped table is breaking',
    edits: [[read, /model Follow \{[\s\S]*?\n\}\n/, '']],
    reported: [
      { level: 'breaking', rule: 'tables.table-dropped', file: read, line: 'model Follow', breaks: ofFollows },
    ],
  },
  {
    what: 'a renamed table is breaking',
    edits: [[read, '@@map("follows")', '@@map("followings")']],
    reported: [
      { level: 'breaking', rule: 'tables.table-renamed', file: read, line: 'model Follow', breaks: ofFollows },
    ],
  },
  {
    what: 'an added table is safe',
    edits: [[read, /$/, '\nmodel Series {\n  id String @id\n  version Int\n  @@map("series")\n}\n']],
    reported: [{ level: 'safe', rule: 'tables.table-added', file: read, line: 'model Series', breaks: [] }],
  },
  { what: 'an index affects only speed', edits: [[read, '  @@index([slug])\n', '']], reported: [] },
  {
    what: 'a unique index on a read table is breaking: topics arrive in any order',
    edits: [[read, '  @@index([slug])\n', '  @@unique([slug])\n']],
    reported: [
      { level: 'breaking', rule: 'tables.unique-added', file: read, line: '@@unique([slug])', breaks: ofPosts },
    ],
  },
  {
    what: 'a dropped column is safe in a new generation, which is empty at first',
    edits: [
      [read, body, ''],
      [definition, "['read_1']", "['read_1', 'read_2']"],
    ],
    reported: [
      {
        level: 'dangerous',
        rule: 'tables.generation',
        file: definition,
        line: "'read_2'",
        breaks: ['posts: queries, until read_2 is filled'],
      },
      { level: 'safe', rule: 'tables.column-dropped', file: read, line: 'body ', breaks: [] },
    ],
  },
  {
    what: 'a dropped column of a write table is dangerous while the previous release runs',
    edits: [[write, / {2}body +String\n/, '']],
    reported: [
      {
        level: 'dangerous',
        rule: 'tables.column-dropped',
        file: write,
        line: 'body ',
        breaks: ['posts: the previous release'],
      },
    ],
  },
  {
    what: 'a dropped column of a reference is dangerous, and the report names it',
    edits: [['prisma/comments/write/schema.prisma', / {2}draft +Boolean +@default\(false\)\n/, '']],
    reported: [
      {
        level: 'dangerous',
        rule: 'tables.column-dropped',
        file: 'prisma/comments/write/schema.prisma',
        line: 'draft ',
        breaks: ['comments: reference of posts', 'comments: the previous release'],
      },
    ],
  },
  {
    what: 'a dropped column of the machinery in a read database is dangerous too',
    edits: [[read, / {2}closedBy +String\?\n/, '']],
    reported: [
      {
        level: 'dangerous',
        rule: 'tables.column-dropped',
        file: read,
        line: 'closedBy ',
        breaks: ['posts: the previous release'],
      },
    ],
  },
  {
    what: 'an edited migration is breaking for databases that have applied it',
    edits: [[migration, 'CREATE TABLE', 'CREATE UNLOGGED TABLE']],
    reported: [
      {
        level: 'breaking',
        rule: 'tables.migration-edited',
        file: migration,
        line: 'CREATE UNLOGGED TABLE',
        breaks: ['posts read: databases that have applied it'],
      },
    ],
  },
  {
    what: 'a removed migration is breaking',
    edits: [[migration, null, null]],
    reported: [
      {
        level: 'breaking',
        rule: 'tables.migration-removed',
        file: migration,
        line: null,
        breaks: ['posts read: databases that have applied it'],
      },
    ],
  },
  {
    what: 'a migration that comes before an applied one is dangerous',
    edits: [['prisma/posts/read/migrations/20200101000000_early/migration.sql', null, 'SELECT 1;\n']],
    reported: [
      {
        level: 'dangerous',
        rule: 'tables.migration-out-of-order',
        file: 'prisma/posts/read/migrations/20200101000000_early/migration.sql',
        line: null,
        breaks: [],
      },
    ],
  },
]

testCheck(checkTables, cases)
