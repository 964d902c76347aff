/*
 * The exchange with libmosquitto alone: `pair serve|call mqtt://127.0.0.1:PORT
 * QOS`, see pair.ts.
 */
#include <mosquitto.h>
#include <mqtt_protocol.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define ROOT "c.world/Hello"
#define RESULT ROOT "/rpc/say/bench/result"
#define IN_FLIGHT 64
#define SAY "[{\"content\":\"hi\"},1]"
#define SIGNAL "[{\"content\":\"hi\"}]"

static int qos;
static int granted;
static uint32_t calls;
static long left, to_send;

static double now_us(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1e6 + time.tv_nsec / 1e3;
}

static void call(struct mosquitto *client) {
  mosquitto_property *properties = NULL;
  uint32_t id = ++calls;
  mosquitto_property_add_string(&properties, MQTT_PROP_RESPONSE_TOPIC, RESULT);
  mosquitto_property_add_binary(&properties, MQTT_PROP_CORRELATION_DATA, &id,
                                sizeof id);
  mosquitto_publish_v5(client, NULL, ROOT "/rpc/say", strlen(SAY), SAY, qos,
                       false, properties);
  mosquitto_property_free_all(&properties);
}

static void change(struct mosquitto *client) {
  char text[40];
  int length = snprintf(text, sizeof text, "{\"content\":\"%u\"}", ++calls);
  mosquitto_publish(client, NULL, ROOT "/set/last", length, text, qos, false);
}

static void answer(struct mosquitto *client, const mosquitto_property *asked) {
  char *topic = NULL;
  void *id = NULL;
  uint16_t length = 0;
  mosquitto_property *properties = NULL;
  mosquitto_property_read_string(asked, MQTT_PROP_RESPONSE_TOPIC, &topic, false);
  mosquitto_property_read_binary(asked, MQTT_PROP_CORRELATION_DATA, &id,
                                 &length, false);
  mosquitto_property_add_binary(&properties, MQTT_PROP_CORRELATION_DATA, id,
                                length);
  mosquitto_publish_v5(client, NULL, topic, 1, "1", qos, false, properties);
  mosquitto_property_free_all(&properties);
  free(topic);
  free(id);
}

static void on_request(struct mosquitto *client, void *unused,
                       const struct mosquitto_message *message,
                       const mosquitto_property *properties) {
  (void)unused;
  if (strcmp(message->topic, ROOT "/rpc/say") == 0) {
    answer(client, properties);
  } else if (strcmp(message->topic, ROOT "/set/last") == 0) {
    mosquitto_publish(client, NULL, ROOT "/prop/last", message->payloadlen,
                      message->payload, qos, true);
  } else {
    for (long i = strtol(message->payload, NULL, 10); i > 0; i--)
      mosquitto_publish(client, NULL, ROOT "/sig/justSaid", strlen(SIGNAL),
                        SIGNAL, qos, false);
  }
}

static void on_result(struct mosquitto *client, void *unused,
                      const struct mosquitto_message *message,
                      const mosquitto_property *properties) {
  (void)unused, (void)properties;
  if (message->retain) return;
  left--;
  if (to_send > 0) {
    to_send--;
    call(client);
  }
}

static void on_subscribe(struct mosquitto *client, void *unused, int id,
                         int count, const int *levels,
                         const mosquitto_property *properties) {
  (void)client, (void)unused, (void)id, (void)count, (void)levels;
  (void)properties;
  granted++;
}

static void wait_for(struct mosquitto *client) {
  while (left > 0) {
    int error = mosquitto_loop(client, 1000, 1);
    if (error == MOSQ_ERR_SUCCESS) continue;
    fprintf(stderr, "%s\n", mosquitto_strerror(error));
    exit(1);
  }
}

static int compare(const void *a, const void *b) {
  double difference = *(const double *)a - *(const double *)b;
  return (difference > 0) - (difference < 0);
}

static void exchange(struct mosquitto *client, const char *what, long count) {
  double *times = calloc(count, sizeof *times);
  bool is_single = strcmp(what, "one") == 0 || strcmp(what, "change") == 0;
  double started = now_us();
  if (is_single) {
    for (long i = 0; i < count; i++) {
      double before = now_us();
      left = 1;
      *what == 'o' ? call(client) : change(client);
      wait_for(client);
      times[i] = now_us() - before;
    }
  } else if (strcmp(what, "many") == 0) {
    left = count;
    to_send = count - IN_FLIGHT;
    for (int i = 0; i < IN_FLIGHT; i++) call(client);
    wait_for(client);
  } else {
    char text[20];
    int length = snprintf(text, sizeof text, "%ld", count);
    left = count;
    mosquitto_publish(client, NULL, ROOT "/burst", length, text, 1, false);
    wait_for(client);
  }
  double seconds = (now_us() - started) / 1e6;
  qsort(times, count, sizeof *times, compare);
  printf("{\"seconds\":%f,\"p50\":%.0f,\"p99\":%.0f}\n", seconds,
         is_single ? times[count / 2] : 0,
         is_single ? times[count * 99 / 100] : 0);
  fflush(stdout);
  free(times);
}

static void subscribe(struct mosquitto *client, const char *const *topics) {
  int count = 0;
  for (; topics[count]; count++) {
    mosquitto_subscribe(client, NULL, topics[count], qos);
  }
  while (granted < count) mosquitto_loop(client, 1000, 1);
  printf("ready\n");
  fflush(stdout);
}

int main(int argc, char **argv) {
  static const char *const served[] = {ROOT "/rpc/say", ROOT "/set/last",
                                       ROOT "/burst", NULL};
  static const char *const called[] = {RESULT, ROOT "/prop/last",
                                       ROOT "/sig/justSaid", NULL};
  if (argc < 4) return 2;
  bool serves = strcmp(argv[1], "serve") == 0;
  int port = atoi(strrchr(argv[2], ':') + 1);
  qos = atoi(argv[3]);
  mosquitto_lib_init();
  struct mosquitto *client = mosquitto_new(NULL, true, NULL);
  mosquitto_int_option(client, MOSQ_OPT_PROTOCOL_VERSION, MQTT_PROTOCOL_V5);
  mosquitto_int_option(client, MOSQ_OPT_TCP_NODELAY, 1);
  mosquitto_int_option(client, MOSQ_OPT_SEND_MAXIMUM, 65535);
  mosquitto_int_option(client, MOSQ_OPT_RECEIVE_MAXIMUM, 65535);
  mosquitto_subscribe_v5_callback_set(client, on_subscribe);
  mosquitto_message_v5_callback_set(client, serves ? on_request : on_result);
  if (mosquitto_connect(client, "127.0.0.1", port, 3600)) return 1;
  subscribe(client, serves ? served : called);
  if (serves) return mosquitto_loop_forever(client, 1000, 1);
  char what[20];
  long count;
  while (scanf("%19s %ld", what, &count) == 2) exchange(client, what, count);
  return 0;
}
