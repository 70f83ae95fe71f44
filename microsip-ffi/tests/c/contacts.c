/* Contacts: the file, CSV, directories, looking up. */
#define _POSIX_C_SOURCE 200809L
#include "temp.h"

static const char FILE_TEXT[] =
    "<?xml version=\"1.0\"?>\n<contacts>\n<!-- mine -->\n"
    "<contact number=\"0301234\" name=\"Ann\" email=\"ann@example.org\" crm=\"7\" starred=\"1\" directory=\"0\"/>\n"
    "<contact number=\"sip:bob@example.org\" name=\"Bob\" directory=\"1\"/>\n<contact name=\"nobody\"/>\n</contacts>\n";

static microsip_contact_book_t book_of(const char *text, size_t expected_warnings) {
    microsip_contact_book_t book;
    microsip_import_warnings_t warnings;
    size_t count;
    OK(microsip_contact_book_parse((const uint8_t *)text, strlen(text), &book, &warnings));
    OK(microsip_import_warnings_count(warnings, &count));
    CHECK(count == expected_warnings);
    OK(microsip_import_warnings_free(warnings));
    return book;
}

static void has(microsip_contact_t contact, microsip_contact_field_t field, const char *expected) {
    const char *text;
    OK(microsip_contact_get(contact, field, &text));
    STREQ(expected, text);
}

static void is_bytes(microsip_bytes_t bytes, const char *expected) {
    const uint8_t *data;
    size_t size;
    OK(microsip_bytes_data(bytes, &data, &size));
    CHECK(size == strlen(expected) && memcmp(data, expected, size) == 0);
    OK(microsip_bytes_free(bytes));
}

static void one(void) {
    microsip_contact_t contact, copy;
    const char *name, *value;
    size_t count;
    bool understood;
    OK(microsip_contact_new("123", "Ann", &contact));
    has(contact, MICROSIP_CONTACT_FIELD_NUMBER, "123");
    has(contact, MICROSIP_CONTACT_FIELD_NAME, "Ann");
    has(contact, MICROSIP_CONTACT_FIELD_STARRED, "0");
    OK(microsip_contact_set(contact, MICROSIP_CONTACT_FIELD_STARRED, "yes", &understood));
    CHECK(understood);
    has(contact, MICROSIP_CONTACT_FIELD_STARRED, "1");
    OK(microsip_contact_clone(contact, &copy));
    OK(microsip_contact_set(copy, MICROSIP_CONTACT_FIELD_STARRED, "perhaps", &understood));
    CHECK(!understood);
    has(copy, MICROSIP_CONTACT_FIELD_STARRED, "0");
    has(contact, MICROSIP_CONTACT_FIELD_STARRED, "1");
    OK(microsip_contact_set(copy, MICROSIP_CONTACT_FIELD_CITY, "B\xc3\xb6nn", NULL));
    has(copy, MICROSIP_CONTACT_FIELD_CITY, "B\xc3\xb6nn");
    EXPECT(MICROSIP_STATUS_INVALID_ENUM, microsip_contact_get(copy, 18, &value));
    EXPECT(MICROSIP_STATUS_INVALID_ENUM, microsip_contact_set(copy, 0, "", NULL));
    OK(microsip_contact_set_extra(copy, "crm", "7"));
    OK(microsip_contact_set_extra(copy, "crm", "8"));
    OK(microsip_contact_extra_count(copy, &count));
    CHECK(count == 1);
    OK(microsip_contact_extra_at(copy, 0, &name, &value));
    STREQ("crm", name);
    STREQ("8", value);
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_contact_extra_at(copy, 1, &name, &value));
    OK(microsip_contact_set_extra(copy, "crm", NULL));
    OK(microsip_contact_extra_count(copy, &count));
    CHECK(count == 0);
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_contact_set_extra(copy, "name", "x"));
    OK(microsip_contact_free(copy));
    OK(microsip_contact_free(contact));
}

static void books(void) {
    microsip_contact_book_t book = book_of(FILE_TEXT, 1), copy;
    microsip_contact_t contact, empty;
    microsip_contacts_t found, same;
    microsip_bytes_t bytes;
    microsip_import_warnings_t warnings, more;
    microsip_import_warning_t warning, again;
    microsip_import_warning_kind_t kind;
    const char *name, *value;
    size_t count, index;
    uint32_t line;
    OK(microsip_contact_book_encoding(book, &value));
    STREQ("utf-8", value);
    OK(microsip_contact_book_to_xml(book, &bytes));
    is_bytes(bytes, FILE_TEXT);
    OK(microsip_contact_book_count(book, &count));
    CHECK(count == 2);
    OK(microsip_contact_book_at(book, 0, &contact));
    has(contact, MICROSIP_CONTACT_FIELD_EMAIL, "ann@example.org");
    OK(microsip_contact_extra_at(contact, 0, &name, &value));
    STREQ("7", value);
    OK(microsip_contact_set(contact, MICROSIP_CONTACT_FIELD_NAME, "Anna", NULL));
    OK(microsip_contact_book_clone(book, &copy));
    OK(microsip_contact_book_set(copy, 0, contact));
    OK(microsip_contact_book_add(copy, contact, &index));
    CHECK(index == 2);
    OK(microsip_contact_free(contact));
    OK(microsip_contact_book_remove_duplicates(copy, &count));
    CHECK(count == 1);
    OK(microsip_contact_book_find_caller(copy, "90301234", &contact));
    has(contact, MICROSIP_CONTACT_FIELD_NAME, "Anna");
    OK(microsip_contact_free(contact));
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_contact_book_find_caller(copy, "77", &contact));
    OK(microsip_contact_book_search(copy, "030 12", &found));
    OK(microsip_contacts_clone(found, &same));
    OK(microsip_contacts_free(found));
    OK(microsip_contacts_count(same, &count));
    CHECK(count == 1);
    OK(microsip_contacts_at(same, 0, &contact));
    has(contact, MICROSIP_CONTACT_FIELD_NAME, "Anna");
    OK(microsip_contact_free(contact));
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_contacts_at(same, 1, &contact));
    OK(microsip_contacts_free(same));
    OK(microsip_contact_book_remove(copy, 1));
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_contact_book_remove(copy, 1));
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_contact_book_at(copy, 1, &contact));
    OK(microsip_contact_new("", "", &empty));
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_contact_book_add(copy, empty, NULL));
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_contact_book_set(copy, 0, empty));
    OK(microsip_contact_free(empty));
    OK(microsip_contact_book_save(copy, temp_path("Contacts.xml")));
    CHECK(strstr(temp_read("Contacts.xml"), "<!-- mine -->"));
    CHECK(strstr(temp_read("Contacts.xml"), "crm=\"7\""));
    OK(microsip_contact_book_free(copy));
    OK(microsip_contact_book_load(temp_path("Contacts.xml"), &copy, NULL));
    OK(microsip_contact_book_count(copy, &count));
    CHECK(count == 1);
    OK(microsip_contact_book_free(copy));
    EXPECT(MICROSIP_STATUS_IO, microsip_contact_book_load(temp_folder, &copy, NULL));
    temp_remove("Contacts.xml");
    OK(microsip_contact_book_load(temp_path("Contacts.xml"), &copy, NULL));
    OK(microsip_contact_book_free(copy));
    OK(microsip_contact_book_free(book));
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_contact_book_parse((const uint8_t *)"<a", 2, &book, NULL));
    EXPECT(MICROSIP_STATUS_NULL_ARGUMENT, microsip_contact_book_parse(NULL, 2, &book, NULL));
    OK(microsip_contact_book_parse(NULL, 0, &book, NULL));
    OK(microsip_contact_book_free(book));

    OK(microsip_contact_book_parse((const uint8_t *)FILE_TEXT, strlen(FILE_TEXT), &book, &warnings));
    OK(microsip_import_warnings_clone(warnings, &more));
    OK(microsip_import_warnings_free(warnings));
    OK(microsip_import_warnings_at(more, 0, &warning));
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_import_warnings_at(more, 1, &again));
    OK(microsip_import_warnings_free(more));
    OK(microsip_import_warning_clone(warning, &again));
    OK(microsip_import_warning_free(warning));
    OK(microsip_import_warning_kind(again, &kind));
    CHECK(kind == MICROSIP_IMPORT_WARNING_KIND_NO_NUMBER);
    OK(microsip_import_warning_line(again, &line));
    CHECK(line == 6);
    OK(microsip_import_warning_message(again, &value));
    CHECK(value[0]);
    OK(microsip_import_warning_free(again));
    OK(microsip_contact_book_free(book));
}

static void imports(void) {
    static const char csv[] = "Name;Number;Colour\nAnn;0301234;red\nCid;42;blue\n;;\n";
    static const char json[] =
        "{\"refresh\":300,\"items\":[{\"number\":\"42\",\"name\":\"Cid\",\"presence\":\"1\"},{\"number\":\"43\",\"name\":\"Dan\"}]}";
    microsip_contact_import_t import, same;
    microsip_contact_book_t book, empty;
    microsip_contact_t contact;
    microsip_merge_report_t report, again;
    microsip_directory_format_t format;
    microsip_directory_status_t status;
    microsip_text_list_t columns;
    microsip_import_warnings_t warnings;
    microsip_bytes_t bytes;
    const char *text, *info;
    uint64_t refresh;
    size_t count;
    bool flag;
    OK(microsip_contact_import_csv((const uint8_t *)csv, strlen(csv), true, &import));
    OK(microsip_contact_import_clone(import, &same));
    OK(microsip_contact_import_free(import));
    OK(microsip_contact_import_count(same, &count));
    CHECK(count == 2);
    OK(microsip_contact_import_at(same, 1, &contact));
    has(contact, MICROSIP_CONTACT_FIELD_NUMBER, "42");
    OK(microsip_contact_free(contact));
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_contact_import_at(same, 2, &contact));
    OK(microsip_contact_import_unknown_columns(same, &columns));
    OK(microsip_text_list_at(columns, 0, &text));
    STREQ("Colour", text);
    OK(microsip_text_list_free(columns));
    OK(microsip_contact_import_warnings(same, &warnings));
    OK(microsip_import_warnings_free(warnings));
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_contact_import_format(same, &format));
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_contact_import_refresh_s(same, &refresh));
    OK(microsip_contact_import_presence_count(same, &count));
    CHECK(count == 0);
    EXPECT(MICROSIP_STATUS_NO_VALUE, microsip_contact_import_presence_at(same, 0, &text, &status, &info));
    book = book_of(FILE_TEXT, 1);
    OK(microsip_contact_book_import(book, same, MICROSIP_MERGE_KEY_NUMBER, &report));
    OK(microsip_merge_report_clone(report, &again));
    OK(microsip_merge_report_free(report));
    OK(microsip_merge_report_added(again, &count));
    CHECK(count == 1);
    OK(microsip_merge_report_unchanged(again, &count));
    CHECK(count == 1);
    OK(microsip_merge_report_updated(again, &count));
    CHECK(count == 0);
    OK(microsip_merge_report_removed(again, &count));
    CHECK(count == 0);
    OK(microsip_merge_report_free(again));
    EXPECT(MICROSIP_STATUS_INVALID_ENUM, microsip_contact_book_import(book, same, 0, NULL));
    OK(microsip_contact_import_free(same));

    /* Bob was of the directory, and is not in it any more. */
    OK(microsip_contact_import_directory("application/json", (const uint8_t *)json, strlen(json), &import));
    OK(microsip_contact_import_format(import, &format));
    CHECK(format == MICROSIP_DIRECTORY_FORMAT_JSON);
    OK(microsip_contact_import_refresh_s(import, &refresh));
    CHECK(refresh == 300);
    OK(microsip_contact_import_is_silent(import, &flag));
    CHECK(!flag);
    OK(microsip_contact_import_unknown_columns(import, &columns));
    OK(microsip_text_list_free(columns));
    OK(microsip_contact_import_warnings(import, &warnings));
    OK(microsip_import_warnings_free(warnings));
    OK(microsip_contact_book_merge_directory(book, import, MICROSIP_MERGE_KEY_NUMBER_AND_NAME, &report));
    OK(microsip_merge_report_removed(report, &count));
    CHECK(count == 1);
    OK(microsip_merge_report_free(report));
    OK(microsip_contact_book_count(book, &count));
    CHECK(count == 3);
    OK(microsip_contact_import_free(import));
    OK(microsip_contact_book_free(book));
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_contact_import_directory(NULL, (const uint8_t *)"<html>", 6, &import));
    EXPECT(MICROSIP_STATUS_INVALID_ARGUMENT, microsip_contact_import_csv((const uint8_t *)"a,b\n", 4, false, &import));

    OK(microsip_contact_book_new(&empty));
    OK(microsip_contact_new("1", "=cmd", &contact));
    OK(microsip_contact_book_add(empty, contact, NULL));
    OK(microsip_contact_free(contact));
    OK(microsip_contact_book_to_csv(empty, false, true, &bytes));
    {
        const uint8_t *data;
        size_t size;
        OK(microsip_bytes_data(bytes, &data, &size));
        OK(microsip_contact_import_csv(data, size, true, &import));
        OK(microsip_contact_import_at(import, 0, &contact));
        has(contact, MICROSIP_CONTACT_FIELD_NAME, "=cmd");
        OK(microsip_contact_free(contact));
        OK(microsip_contact_import_free(import));
        OK(microsip_bytes_free(bytes));
    }
    OK(microsip_contact_book_to_csv(empty, true, false, &bytes));
    OK(microsip_bytes_free(bytes));
    OK(microsip_contact_book_free(empty));
}

int main(void) {
    temp_begin();
    one();
    books();
    imports();
    temp_end();
    no_handles_left();
    puts("contacts: ok");
    return 0;
}
