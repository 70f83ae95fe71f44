/* Call history: records, the ring of microsip.ini, the database, exports. */
#define _POSIX_C_SOURCE 200809L
#include "temp.h"

static const int64_t BEGUN = 1770091506000;

static microsip_call_record_t record_of(microsip_call_type_t type, const char *number, int64_t begun) {
    microsip_call_record_t record;
    OK(microsip_call_record_new(type, number, begun, &record));
    return record;
}

static void number_is(microsip_call_record_t record, const char *expected) {
    const char *text;
    OK(microsip_call_record_number(record, &text));
    STREQ(expected, text);
}

static void records(void) {
    microsip_call_record_t record = record_of(MICROSIP_CALL_TYPE_MISSED, "123", BEGUN + 999), copy;
    microsip_call_type_t type;
    const char *text;
    int64_t number;
    uint32_t seconds;
    OK(microsip_call_record_set_name(record, "Ann; B"));
    OK(microsip_call_record_set_duration_s(record, 5));
    OK(microsip_call_record_set_info(record, "busy"));
    OK(microsip_call_record_set_account(record, "Work"));
    OK(microsip_call_record_set_call_id(record, "abc@x"));
    OK(microsip_call_record_set_recording(record, "/tmp/a.wav"));
    OK(microsip_call_record_clone(record, &copy));
    OK(microsip_call_record_free(record));
    OK(microsip_call_record_type(copy, &type));
    CHECK(type == MICROSIP_CALL_TYPE_MISSED);
    OK(microsip_call_record_name(copy, &text));
    STREQ("Ann; B", text);
    OK(microsip_call_record_info(copy, &text));
    STREQ("busy", text);
    OK(microsip_call_record_account(copy, &text));
    STREQ("Work", text);
    OK(microsip_call_record_call_id(copy, &text));
    STREQ("abc@x", text);
    OK(microsip_call_record_recording(copy, &text));
    STREQ("/tmp/a.wav", text);
    OK(microsip_call_record_begun_unix_ms(copy, &number));
    CHECK(number == BEGUN);
    OK(microsip_call_record_duration_s(copy, &seconds));
    CHECK(seconds == 5);
    OK(microsip_call_record_id(copy, &number));
    CHECK(number == 0);
    OK(microsip_call_record_ini_line(copy, &text));
    STREQ("123;Ann, B;2;1770091506;5;busy", text);
    OK(microsip_call_record_parse(text, &record));
    number_is(record, "123");
    OK(microsip_call_record_free(record));
    OK(microsip_call_record_free(copy));
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_call_record_parse("null", &record));
    EXPECT(MICROSIP_STATUS_INVALID_ENUM, microsip_call_record_new(0, "1", 0, &record));
}

static void ring(void) {
    static const char text_of[] =
        "[Settings]\r\ncallsLastKey=1\r\n[Calls]\r\n0=111;Ann;0;1770000000;3;ok\r\n1=222;Bob;1;1770000100;0;\r\nx=junk\r\n";
    const microsip_ini_t none = {0};
    microsip_ini_t ini;
    microsip_call_ring_t ring, copy, empty;
    microsip_call_record_t record = record_of(MICROSIP_CALL_TYPE_OUTGOING, "333", BEGUN), found;
    microsip_import_warnings_t warnings;
    const char *text;
    uint16_t place;
    int32_t last;
    size_t count;
    OK(microsip_ini_parse((const uint8_t *)text_of, strlen(text_of), NULL, 0, true, &ini));
    OK(microsip_call_ring_of_ini(ini, &ring, &warnings));
    OK(microsip_import_warnings_free(warnings));
    OK(microsip_call_ring_count(ring, &count));
    CHECK(count == 2);
    OK(microsip_call_ring_last_place(ring, &last));
    CHECK(last == 1);
    OK(microsip_call_ring_at(ring, 1, &place, &found));
    CHECK(place == 1);
    number_is(found, "222");
    OK(microsip_call_record_free(found));
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_call_ring_at(ring, 2, &place, &found));
    OK(microsip_call_ring_push(ring, record, ini, &place));
    CHECK(place == 2);
    OK(microsip_ini_get(ini, "Calls", "2", &text));
    STREQ("333;;0;1770091506;0;", text);
    OK(microsip_ini_get(ini, "Settings", "callsLastKey", &text));
    STREQ("2", text);
    OK(microsip_call_record_set_duration_s(record, 9));
    OK(microsip_call_ring_update(ring, 2, record, ini));
    OK(microsip_ini_get(ini, "Calls", "2", &text));
    STREQ("333;;0;1770091506;9;", text);
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_call_ring_update(ring, 7, record, ini));
    OK(microsip_call_ring_clone(ring, &copy));
    OK(microsip_call_ring_delete(copy, 0, none));
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_call_ring_get(copy, 0, &found));
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_call_ring_delete(copy, 0, none));
    OK(microsip_call_ring_get(ring, 0, &found));
    number_is(found, "111");
    OK(microsip_call_record_free(found));
    OK(microsip_call_ring_delete(ring, 0, ini));
    OK(microsip_ini_get(ini, "Calls", "0", &text));
    STREQ("null", text);
    OK(microsip_call_ring_clear(ring, ini));
    OK(microsip_call_ring_last_place(ring, &last));
    CHECK(last == -1);
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_ini_get(ini, "Calls", "2", &text));
    OK(microsip_call_ring_new(&empty));
    OK(microsip_call_ring_push(empty, record, none, NULL));
    OK(microsip_call_ring_count(empty, &count));
    CHECK(count == 1);
    OK(microsip_call_ring_free(empty));
    OK(microsip_call_ring_free(copy));
    OK(microsip_call_ring_free(ring));
    OK(microsip_call_record_free(record));
    OK(microsip_ini_free(ini));
}

static size_t count_of(microsip_history_store_t store, microsip_history_query_t query) {
    microsip_call_records_t records;
    size_t count;
    OK(microsip_history_store_calls(store, query, &records));
    OK(microsip_call_records_count(records, &count));
    OK(microsip_call_records_free(records));
    return count;
}

static void calls(microsip_history_store_t store) {
    const microsip_history_query_t all = {0};
    microsip_history_query_t query, other;
    microsip_call_record_t record = record_of(MICROSIP_CALL_TYPE_INCOMING, "0301234", BEGUN), found;
    microsip_call_records_t records, more;
    int64_t id, second, number;
    uint64_t counted;
    size_t count;
    OK(microsip_call_record_set_name(record, "Ann"));
    OK(microsip_history_store_add_call(store, record, &id));
    OK(microsip_call_record_free(record));
    record = record_of(MICROSIP_CALL_TYPE_MISSED, "42", BEGUN + 60000);
    OK(microsip_history_store_add_call(store, record, &second));
    CHECK(second > id);
    OK(microsip_call_record_free(record));
    OK(microsip_history_store_call(store, id, &found));
    OK(microsip_call_record_id(found, &number));
    CHECK(number == id);
    OK(microsip_call_record_set_info(found, "done"));
    OK(microsip_history_store_update_call(store, found));
    OK(microsip_call_record_free(found));
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_history_store_call(store, 999, &found));
    CHECK(count_of(store, all) == 2);

    OK(microsip_history_query_new(&query));
    OK(microsip_history_query_set_number(query, "+49 030-1234"));
    OK(microsip_history_query_clone(query, &other));
    OK(microsip_history_query_free(query));
    CHECK(count_of(store, other) == 1);
    OK(microsip_history_query_free(other));
    OK(microsip_history_query_new(&query));
    OK(microsip_history_query_set_exact_number(query, "30-1234"));
    CHECK(count_of(store, query) == 0);
    OK(microsip_history_query_free(query));
    OK(microsip_history_query_new(&query));
    OK(microsip_history_query_add_type(query, MICROSIP_CALL_TYPE_MISSED));
    CHECK(count_of(store, query) == 1);
    OK(microsip_history_query_add_type(query, MICROSIP_CALL_TYPE_INCOMING));
    CHECK(count_of(store, query) == 2);
    OK(microsip_history_query_set_from(query, BEGUN + 1000));
    CHECK(count_of(store, query) == 1);
    OK(microsip_history_query_set_before(query, BEGUN + 1000));
    CHECK(count_of(store, query) == 0);
    OK(microsip_history_query_free(query));
    OK(microsip_history_query_new(&query));
    OK(microsip_history_query_set_text(query, "DONE"));
    OK(microsip_history_store_count_calls(store, query, &counted));
    CHECK(counted == 1);
    OK(microsip_history_query_free(query));
    OK(microsip_history_query_new(&query));
    OK(microsip_history_query_set_order(query, MICROSIP_HISTORY_ORDER_OLDEST_FIRST));
    OK(microsip_history_query_set_limit(query, 1));
    OK(microsip_history_query_set_offset(query, 1));
    EXPECT(MICROSIP_STATUS_INVALID_ENUM, microsip_history_query_set_order(query, 9));
    OK(microsip_history_store_calls(store, query, &records));
    OK(microsip_call_records_clone(records, &more));
    OK(microsip_call_records_free(records));
    OK(microsip_call_records_count(more, &count));
    CHECK(count == 1);
    OK(microsip_call_records_at(more, 0, &found));
    number_is(found, "42");
    OK(microsip_call_record_free(found));
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_call_records_at(more, 1, &found));
    OK(microsip_history_store_import_calls(store, more, &count));
    CHECK(count == 0);
    OK(microsip_call_records_free(more));
    OK(microsip_history_query_free(query));
    OK(microsip_history_store_delete_call(store, second));
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_history_store_delete_call(store, second));
    OK(microsip_history_store_delete_calls(store, all, &count));
    CHECK(count == 1);
}

static void messages(microsip_history_store_t store) {
    const microsip_history_query_t all = {0};
    microsip_message_record_t message, copy;
    microsip_message_records_t found, same;
    const char *text;
    int64_t id, number;
    uint16_t status;
    size_t count;
    bool flag;
    OK(microsip_message_record_new(true, "42", BEGUN, "hello", &message));
    OK(microsip_message_record_set_name(message, "Cid"));
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_message_record_sip_status(message, &status));
    OK(microsip_message_record_set_sip_status(message, 202));
    OK(microsip_message_record_clone(message, &copy));
    OK(microsip_message_record_free(message));
    OK(microsip_history_store_add_message(store, copy, &id));
    OK(microsip_message_record_id(copy, &number));
    CHECK(number == 0);
    OK(microsip_message_record_free(copy));
    OK(microsip_history_store_set_message_status(store, id, 200));
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_history_store_set_message_status(store, 999, 200));
    OK(microsip_history_store_messages(store, all, &found));
    OK(microsip_message_records_clone(found, &same));
    OK(microsip_message_records_free(found));
    OK(microsip_message_records_count(same, &count));
    CHECK(count == 1);
    OK(microsip_message_records_at(same, 0, &message));
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_message_records_at(same, 1, &copy));
    OK(microsip_message_records_free(same));
    OK(microsip_message_record_id(message, &number));
    CHECK(number == id);
    OK(microsip_message_record_is_outgoing(message, &flag));
    CHECK(flag);
    OK(microsip_message_record_number(message, &text));
    STREQ("42", text);
    OK(microsip_message_record_name(message, &text));
    STREQ("Cid", text);
    OK(microsip_message_record_body(message, &text));
    STREQ("hello", text);
    OK(microsip_message_record_time_unix_ms(message, &number));
    CHECK(number == BEGUN);
    OK(microsip_message_record_sip_status(message, &status));
    CHECK(status == 200);
    OK(microsip_message_record_free(message));
    OK(microsip_history_store_delete_messages(store, all, &count));
    CHECK(count == 1);
}

static void stores(void) {
    const microsip_history_options_t usual = {0};
    microsip_history_options_t options, copy;
    microsip_history_store_t store, same, reader;
    microsip_contact_book_t book;
    microsip_contact_t contact;
    microsip_contacts_t contacts;
    microsip_call_record_t record;
    size_t count;
    int i;
    OK(microsip_history_options_new(&options));
    OK(microsip_history_options_set_max_calls(options, 2));
    OK(microsip_history_options_set_max_messages(options, 0));
    OK(microsip_history_options_set_busy_timeout(options, 100));
    OK(microsip_history_options_clone(options, &copy));
    OK(microsip_history_options_free(options));
    OK(microsip_history_store_open_in_memory(copy, &store));
    OK(microsip_history_store_clone(store, &same));
    OK(microsip_history_store_free(store));
    for (i = 0; i < 3; i++) {
        record = record_of(MICROSIP_CALL_TYPE_OUTGOING, "1", BEGUN + 1000 * i);
        OK(microsip_history_store_add_call(same, record, NULL));
        OK(microsip_call_record_free(record));
    }
    {
        const microsip_history_query_t all = {0};
        CHECK(count_of(same, all) == 2);
        OK(microsip_history_store_delete_calls(same, all, NULL));
    }
    OK(microsip_history_store_free(same));
    OK(microsip_history_options_free(copy));

    EXPECT(MICROSIP_STATUS_IO, microsip_history_store_open_read_only(temp_path("h.db"), usual, &reader));
    OK(microsip_history_store_open(temp_path("h.db"), usual, &store));
    calls(store);
    messages(store);
    OK(microsip_contact_book_new(&book));
    OK(microsip_contact_new("1", "Ann", &contact));
    OK(microsip_contact_book_add(book, contact, NULL));
    OK(microsip_contact_free(contact));
    OK(microsip_history_store_replace_contacts(store, book));
    OK(microsip_contact_book_free(book));
    OK(microsip_history_store_open_read_only(temp_path("h.db"), usual, &reader));
    OK(microsip_history_store_contacts(reader, &contacts));
    OK(microsip_contacts_count(contacts, &count));
    CHECK(count == 1);
    OK(microsip_contacts_free(contacts));
    record = record_of(MICROSIP_CALL_TYPE_OUTGOING, "1", BEGUN);
    EXPECT(MICROSIP_STATUS_WRONG_STATE, microsip_history_store_add_call(reader, record, NULL));
    OK(microsip_call_record_free(record));
    record = record_of(MICROSIP_CALL_TYPE_OUTGOING, "", BEGUN);
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_history_store_add_call(store, record, NULL));
    OK(microsip_call_record_free(record));
    OK(microsip_history_store_free(reader));
    OK(microsip_history_store_free(store));
    temp_write("no.db", "this is no database, and it is long enough to be seen as none. this is no database, and it is long enough.");
    EXPECT(MICROSIP_STATUS_CONFIG, microsip_history_store_open(temp_path("no.db"), usual, &store));
    /* What SQLite takes for a database that is gone when it is closed. */
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_history_store_open("", usual, &store));
    CHECK(store.token == 0);
    EXPECT(MICROSIP_STATUS_IO, microsip_history_store_open_read_only(":memory:", usual, &store));
    temp_remove("no.db");
    temp_remove("h.db");
    temp_remove("h.db-wal");
    temp_remove("h.db-shm");
}

/* Two of them share a handle, and free it; one has the file open for itself. */
#define WRITERS 3
#define EACH 20

static void *write_calls(void *argument) {
    const microsip_history_store_t *store = argument;
    const microsip_history_query_t all = {0};
    microsip_call_record_t record = record_of(MICROSIP_CALL_TYPE_OUTGOING, "7", BEGUN), found;
    microsip_call_records_t records;
    int64_t id, last = 0;
    int n;
    for (n = 0; n < EACH; n++) {
        OK(microsip_history_store_add_call(*store, record, &id));
        CHECK(id > last);
        last = id;
        OK(microsip_history_store_call(*store, id, &found));
        OK(microsip_call_record_set_name(found, "Ann"));
        OK(microsip_history_store_update_call(*store, found));
        OK(microsip_call_record_free(found));
        OK(microsip_history_store_calls(*store, all, &records));
        OK(microsip_call_records_free(records));
        if (n % 2) OK(microsip_history_store_delete_call(*store, id));
    }
    OK(microsip_call_record_free(record));
    OK(microsip_history_store_free(*store));
    return NULL;
}

static void many_threads(void) {
    const microsip_history_query_t all = {0};
    microsip_history_options_t patient;
    microsip_history_store_t stores[WRITERS], reader;
    pthread_t threads[WRITERS];
    int n;
    OK(microsip_history_options_new(&patient));
    OK(microsip_history_options_set_busy_timeout(patient, DEADLINE_MS));
    OK(microsip_history_store_open(temp_path("many.db"), patient, &stores[0]));
    OK(microsip_history_store_clone(stores[0], &stores[1]));
    OK(microsip_history_store_open(temp_path("many.db"), patient, &stores[2]));
    OK(microsip_history_store_open_read_only(temp_path("many.db"), patient, &reader));
    OK(microsip_history_options_free(patient));
    for (n = 0; n < WRITERS; n++) CHECK(pthread_create(&threads[n], NULL, write_calls, &stores[n]) == 0);
    for (n = 0; n < WRITERS; n++) CHECK(pthread_join(threads[n], NULL) == 0);
    CHECK(count_of(reader, all) == WRITERS * EACH / 2);
    OK(microsip_history_store_free(reader));
    temp_remove("many.db");
    temp_remove("many.db-wal");
    temp_remove("many.db-shm");
}

static void exports(void) {
    microsip_call_records_t list, back;
    microsip_call_record_t record = record_of(MICROSIP_CALL_TYPE_INCOMING, "42", BEGUN), found;
    microsip_bytes_t bytes;
    microsip_import_warnings_t warnings;
    const uint8_t *data;
    size_t size, count;
    int way;
    OK(microsip_call_record_set_name(record, "=Cid"));
    OK(microsip_call_records_new(&list));
    OK(microsip_call_records_add(list, record));
    OK(microsip_call_record_free(record));
    for (way = 0; way < 3; way++) {
        if (way == 0) OK(microsip_call_records_to_csv(list, MICROSIP_TIME_FORMAT_RFC3339, true, true, &bytes));
        if (way == 1) OK(microsip_call_records_to_xml(list, MICROSIP_TIME_FORMAT_UNIX, &bytes));
        if (way == 2) OK(microsip_call_records_to_json(list, &bytes));
        OK(microsip_bytes_data(bytes, &data, &size));
        if (way == 0) OK(microsip_call_records_from_csv(data, size, true, &back, &warnings));
        if (way == 1) OK(microsip_call_records_from_xml(data, size, &back, &warnings));
        if (way == 2) OK(microsip_call_records_from_json(data, size, &back, &warnings));
        OK(microsip_bytes_free(bytes));
        OK(microsip_import_warnings_count(warnings, &count));
        CHECK(count == 0);
        OK(microsip_import_warnings_free(warnings));
        OK(microsip_call_records_at(back, 0, &found));
        number_is(found, "42");
        {
            const char *name;
            int64_t begun;
            OK(microsip_call_record_name(found, &name));
            STREQ("=Cid", name);
            OK(microsip_call_record_begun_unix_ms(found, &begun));
            CHECK(begun == BEGUN);
        }
        OK(microsip_call_record_free(found));
        OK(microsip_call_records_free(back));
    }
    EXPECT(MICROSIP_STATUS_INVALID_ENUM, microsip_call_records_to_xml(list, 0, &bytes));
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_call_records_from_json((const uint8_t *)"{", 1, &back, NULL));
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_call_records_from_xml((const uint8_t *)"<a", 2, &back, NULL));
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_call_records_from_csv((const uint8_t *)"a,b\n", 4, true, &back, NULL));
    OK(microsip_call_records_free(list));
}

int main(void) {
    temp_begin();
    records();
    ring();
    stores();
    many_threads();
    exports();
    temp_end();
    no_handles_left();
    puts("history: ok");
    return 0;
}
