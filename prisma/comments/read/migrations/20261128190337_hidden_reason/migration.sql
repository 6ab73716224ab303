-- AlterTable
ALTER TABLE "comments" ADD COLUMN     "hiddenReason" TEXT NOT NULL DEFAULT '';

-- The log has the reasons of earlier times: the projector reads it again, and fills them in.
TRUNCATE "projection_offset";
