-- AlterTable
ALTER TABLE "idempotency_key" ADD COLUMN     "value" BYTEA;

-- CreateIndex
CREATE INDEX "idempotency_key_aggregateId_idx" ON "idempotency_key"("aggregateId");
