import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.Scanner;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * A producer of another project. Sends one record per input line. Its fields, separated by tabs: codec, topic, key,
 * value in base64 and any number of headers as name=value. Kafka's client batches the records of one codec as it likes.
 */
public class ForeignProducer {
  public static void main(String[] arguments) throws Exception {
    Map<String, KafkaProducer<String, byte[]>> producers = new HashMap<>();
    try (Scanner lines = new Scanner(System.in, StandardCharsets.UTF_8)) {
      while (lines.hasNextLine()) {
        String[] fields = lines.nextLine().split("\t");
        KafkaProducer<String, byte[]> producer = producers.computeIfAbsent(fields[0], codec -> open(arguments[0], codec));
        ProducerRecord<String, byte[]> record =
            new ProducerRecord<>(fields[1], fields[2], Base64.getDecoder().decode(fields[3]));
        for (int at = 4; at < fields.length; at++) {
          String[] header = fields[at].split("=", 2);
          record.headers().add(header[0], header[1].getBytes(StandardCharsets.UTF_8));
        }
        producer.send(record);
      }
    }
    for (KafkaProducer<String, byte[]> producer : producers.values()) producer.close();
  }

  private static KafkaProducer<String, byte[]> open(String brokers, String codec) {
    Properties properties = new Properties();
    properties.put("bootstrap.servers", brokers);
    properties.put("compression.type", codec);
    properties.put("linger.ms", "500");
    properties.put("batch.size", "1000000");
    return new KafkaProducer<>(properties, new StringSerializer(), new ByteArraySerializer());
  }
}
