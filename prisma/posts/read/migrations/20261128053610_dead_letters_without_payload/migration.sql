-- AlterTable
ALTER TABLE "dead_letter" ADD COLUMN     "digest" BYTEA;

-- What is over keeps no payload. Of discarded ones the digest stays, so that they are known when they are read again.
UPDATE "dead_letter" SET "digest" = CASE WHEN "closedBy" = 'discarded' THEN sha256("value") END, "value" = NULL, "headers" = '{}'
WHERE "closedAt" IS NOT NULL;
