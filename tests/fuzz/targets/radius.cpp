// RADIUS packets. What parses is signed, written and parsed again, and gives the same attributes.
#include "domain/access.hpp"
#include "fuzz/check.hpp"
#include "network/radius/accounting_record.hpp"
#include "network/radius/packet.hpp"

namespace {

using namespace mnara::network::radius;

constexpr std::string_view kSecret = "sixteen bytes ok";

void read_as_accounting(const Packet& packet)
{
    const auto now = mnara::unix_time(1'768'456'800);
    const auto record = read_accounting(packet, now);
    if (!record) {
        ENSURE(!record.error().empty());
        return;
    }
    ENSURE(record->seconds >= 0 && record->bytes_up >= 0 && record->bytes_down >= 0);
    ENSURE(record->router_id.value > 0);
    if (record->class_text)
        (void)mnara::domain::read_class(*record->class_text);
}

bool is_bad_proof(const Attribute& attribute)
{
    return attribute.name == Name(Type::MessageAuthenticator) &&
           attribute.value.size() != kAuthenticatorBytes;
}

void write_again(const Packet& packet)
{
    std::size_t bytes = kHeaderBytes;
    for (const Attribute& attribute : packet.attributes) {
        ENSURE(attribute.value.size() <= kValueBytesMax);
        bytes += attribute.value.size() + (attribute.name.vendor != 0 ? 8 : 2);
    }
    for (const Attribute& attribute : packet.attributes)
        if (!fits(attribute.name, attribute.value.size()) || is_bad_proof(attribute))
            return; // taken as it came, but nothing that we would send
    if (bytes > kPacketBytesMax)
        return;
    const std::string sent = sign_request(packet, kSecret);
    const auto again = parse_packet(sent);
    ENSURE(again && again->attributes.size() == packet.attributes.size());
    ENSURE(request_is_signed(sent, kSecret));
    for (std::size_t i = 0; i < packet.attributes.size(); ++i) {
        const Attribute& before = packet.attributes[i];
        const Attribute& after = again->attributes[i];
        ENSURE(before.name == after.name && before.value.size() == after.value.size());
        if (before.name != Name(Type::MessageAuthenticator))
            ENSURE(before.value == after.value);
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view datagram = fuzz::text_of(data, size);
    const auto packet = parse_packet(datagram);
    if (!packet) {
        ENSURE(!packet.error().empty());
        return 0;
    }
    (void)request_is_signed(datagram, kSecret);
    (void)response_is_signed(datagram, kSecret, zero_authenticator());
    (void)message_authenticator(datagram, kSecret, authenticator_of(datagram));
    for (const Attribute& attribute : packet->attributes)
        (void)packet->integer(attribute.name);
    read_as_accounting(*packet);
    write_again(*packet);
    return 0;
}
