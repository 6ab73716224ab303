-- AlterTable
ALTER TABLE "outbox" ADD COLUMN     "xid" xid8 NOT NULL DEFAULT pg_current_xact_id();

-- CreateTable
CREATE TABLE "relay_position" (
    "topic" TEXT NOT NULL,
    "partition" INTEGER NOT NULL,
    "nextOffset" BIGINT NOT NULL,
    "clusterId" TEXT NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "relay_position_pkey" PRIMARY KEY ("topic","partition")
);

-- CreateTable
CREATE TABLE "behind_log" (
    "topic" TEXT NOT NULL,
    "partition" INTEGER NOT NULL,
    "records" BIGINT NOT NULL,
    "noticedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "behind_log_pkey" PRIMARY KEY ("topic","partition")
);

-- CreateIndex
CREATE INDEX "outbox_xid_idx" ON "outbox"("xid");
