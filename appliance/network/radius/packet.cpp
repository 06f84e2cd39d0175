#include "network/radius/packet.hpp"

#include "core/check.hpp"
#include "core/crypto.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <mbedtls/md.h>

namespace mnara::network::radius {

namespace {

constexpr std::size_t kAuthenticatorAt = 4;
constexpr std::size_t kVendorBytes = 4;
constexpr std::size_t kAttributeHeaderBytes = 2;

std::uint8_t byte_at(std::string_view bytes, std::size_t at)
{
    return static_cast<std::uint8_t>(bytes[at]);
}

std::uint32_t big_endian(std::string_view bytes)
{
    std::uint32_t value = 0;
    for (const char byte : bytes)
        value = (value << 8) | static_cast<std::uint8_t>(byte);
    return value;
}

std::string four_bytes(std::uint32_t value)
{
    std::string out;
    for (unsigned shift = 32; shift > 0; shift -= 8)
        out.push_back(static_cast<char>((value >> (shift - 8)) & 0xff));
    return out;
}

const unsigned char* raw(std::string_view bytes)
{
    return reinterpret_cast<const unsigned char*>(bytes.data());
}

const mbedtls_md_info_t* md5_info()
{
    const mbedtls_md_info_t* info = mbedtls_md_info_from_type(MBEDTLS_MD_MD5);
    ENSURE(info != nullptr);
    return info;
}

std::string md5(std::string_view bytes)
{
    std::array<unsigned char, kAuthenticatorBytes> out{};
    ENSURE(mbedtls_md(md5_info(), raw(bytes), bytes.size(), out.data()) == 0);
    return {out.begin(), out.end()};
}

std::string hmac_md5(std::string_view key, std::string_view bytes)
{
    std::array<unsigned char, kAuthenticatorBytes> out{};
    ENSURE(mbedtls_md_hmac(md5_info(), raw(key), key.size(), raw(bytes), bytes.size(),
                           out.data()) == 0);
    return {out.begin(), out.end()};
}

// The packet without its padding.
std::string_view stated(std::string_view datagram)
{
    ENSURE(datagram.size() >= kHeaderBytes);
    const std::size_t length = big_endian(datagram.substr(2, 2));
    ENSURE(length >= kHeaderBytes && length <= datagram.size());
    return datagram.substr(0, length);
}

std::string with_authenticator(std::string_view packet, std::string_view authenticator)
{
    ENSURE(authenticator.size() == kAuthenticatorBytes);
    std::string out(packet);
    out.replace(kAuthenticatorAt, kAuthenticatorBytes, authenticator);
    return out;
}

std::string signature(std::string_view packet, std::string_view secret,
                      std::string_view authenticator)
{
    return md5(with_authenticator(packet, authenticator).append(secret));
}

// Where the 16 bytes of each Message-Authenticator begin; one of another size counts as offset 0.
std::vector<std::size_t> proofs_in(std::string_view packet)
{
    std::vector<std::size_t> found;
    for (std::size_t at = kHeaderBytes; at < packet.size();) {
        const std::size_t length = byte_at(packet, at + 1);
        if (byte_at(packet, at) == static_cast<std::uint8_t>(Type::MessageAuthenticator))
            found.push_back(length == kAttributeHeaderBytes + kAuthenticatorBytes
                                ? at + kAttributeHeaderBytes
                                : 0);
        at += length;
    }
    return found;
}

std::string proof_over(std::string_view packet, std::size_t proof_at, std::string_view secret,
                       std::string_view authenticator)
{
    std::string blank = with_authenticator(packet, authenticator);
    blank.replace(proof_at, kAuthenticatorBytes, zero_authenticator());
    return hmac_md5(secret, blank);
}

std::string bytes_of(const Packet& packet)
{
    std::string out;
    out.push_back(static_cast<char>(packet.code));
    out.push_back(static_cast<char>(packet.id));
    out.append(2, '\0');
    ENSURE(packet.authenticator.size() == kAuthenticatorBytes);
    out.append(packet.authenticator);
    for (const Attribute& attribute : packet.attributes) {
        ENSURE(fits(attribute.name, attribute.value.size()));
        const std::size_t size = kAttributeHeaderBytes + attribute.value.size();
        if (attribute.name.vendor != 0) {
            out.push_back(static_cast<char>(Type::VendorSpecific));
            out.push_back(static_cast<char>(kAttributeHeaderBytes + kVendorBytes + size));
            out.append(four_bytes(attribute.name.vendor));
        }
        out.push_back(static_cast<char>(attribute.name.type));
        out.push_back(static_cast<char>(size));
        out.append(attribute.value);
    }
    ENSURE(out.size() <= kPacketBytesMax);
    out[2] = static_cast<char>(out.size() >> 8);
    out[3] = static_cast<char>(out.size() & 0xff);
    return out;
}

std::string signed_bytes(const Packet& packet, std::string_view secret,
                         std::string_view proof_authenticator, std::string_view authenticator)
{
    std::string out = bytes_of(packet);
    for (const std::size_t at : proofs_in(out)) {
        ENSURE(at != 0);
        out.replace(at, kAuthenticatorBytes, proof_over(out, at, secret, proof_authenticator));
    }
    return with_authenticator(out, signature(out, secret, authenticator));
}

// Several attributes may share one Vendor-Specific (RFC 2865 section 5.26). False where the inside
// has another form: then nothing was added.
bool read_vendor(std::string_view value, std::vector<Attribute>& into)
{
    if (value.size() <= kVendorBytes)
        return false;
    const std::uint32_t vendor = big_endian(value.substr(0, kVendorBytes));
    if (vendor == 0)
        return false;
    std::vector<Attribute> found;
    for (std::string_view rest = value.substr(kVendorBytes); !rest.empty();) {
        if (rest.size() < kAttributeHeaderBytes)
            return false;
        const std::size_t length = byte_at(rest, 1);
        if (length < kAttributeHeaderBytes || length > rest.size())
            return false;
        found.push_back(
            {Name(vendor, byte_at(rest, 0)),
             std::string(rest.substr(kAttributeHeaderBytes, length - kAttributeHeaderBytes))});
        rest.remove_prefix(length);
    }
    std::move(found.begin(), found.end(), std::back_inserter(into));
    return true;
}

} // namespace

const std::string* Packet::find(Name name) const
{
    const auto found = std::find_if(attributes.begin(), attributes.end(),
                                    [&](const Attribute& a) { return a.name == name; });
    return found == attributes.end() ? nullptr : &found->value;
}

std::optional<std::uint32_t> Packet::integer(Name name) const
{
    const std::string* value = find(name);
    if (value == nullptr || value->size() != 4)
        return std::nullopt;
    return big_endian(*value);
}

void Packet::add(Name name, std::string_view value)
{
    ENSURE(fits(name, value.size()));
    attributes.push_back({name, std::string(value)});
}

void Packet::add_integer(Name name, std::uint32_t value)
{
    add(name, four_bytes(value));
}

void Packet::add_message_authenticator()
{
    add(Type::MessageAuthenticator, zero_authenticator());
}

bool fits(Name name, std::size_t value_bytes)
{
    const std::size_t around = name.vendor == 0 ? 0 : kVendorBytes + kAttributeHeaderBytes;
    return value_bytes + around <= kValueBytesMax;
}

Result<Packet, std::string> parse_packet(std::string_view datagram)
{
    if (datagram.size() < kHeaderBytes)
        return refuse(fmt::format("{} bytes are no header", datagram.size()));
    const std::size_t length = big_endian(datagram.substr(2, 2));
    if (length < kHeaderBytes || length > kPacketBytesMax || length > datagram.size())
        return refuse(fmt::format("length {} stated in {} bytes", length, datagram.size()));
    Packet packet;
    packet.code = static_cast<Code>(byte_at(datagram, 0));
    packet.id = byte_at(datagram, 1);
    packet.authenticator = authenticator_of(datagram);
    for (std::string_view rest = datagram.substr(kHeaderBytes, length - kHeaderBytes);
         !rest.empty();) {
        if (rest.size() < kAttributeHeaderBytes)
            return refuse(std::string("an attribute is cut off"));
        const std::uint8_t type = byte_at(rest, 0);
        const std::size_t size = byte_at(rest, 1);
        if (size < kAttributeHeaderBytes || size > rest.size())
            return refuse(
                fmt::format("attribute {} states length {} of {}", type, size, rest.size()));
        const std::string_view value =
            rest.substr(kAttributeHeaderBytes, size - kAttributeHeaderBytes);
        const Name name(0, type);
        if (name != Name(Type::VendorSpecific) || !read_vendor(value, packet.attributes))
            packet.attributes.push_back({name, std::string(value)});
        rest.remove_prefix(size);
    }
    return packet;
}

std::string sign_request(const Packet& packet, std::string_view secret)
{
    return signed_bytes(packet, secret, zero_authenticator(), zero_authenticator());
}

std::string sign_response(const Packet& packet, std::string_view secret,
                          std::string_view request_authenticator, bool over_zeros)
{
    return signed_bytes(packet, secret, over_zeros ? zero_authenticator() : request_authenticator,
                        request_authenticator);
}

bool request_is_signed(std::string_view datagram, std::string_view secret)
{
    return response_is_signed(datagram, secret, zero_authenticator());
}

bool response_is_signed(std::string_view datagram, std::string_view secret,
                        std::string_view request_authenticator)
{
    return crypto::equal(authenticator_of(datagram),
                         signature(stated(datagram), secret, request_authenticator));
}

Proof message_authenticator(std::string_view datagram, std::string_view secret,
                            std::string_view authenticator)
{
    const std::string_view packet = stated(datagram);
    const std::vector<std::size_t> proofs = proofs_in(packet);
    if (proofs.empty())
        return Proof::Absent;
    // A second one would be covered by the first as an ordinary attribute: no honest sender does
    // it.
    if (proofs.size() > 1 || proofs.front() == 0)
        return Proof::Wrong;
    const std::size_t at = proofs.front();
    return crypto::equal(packet.substr(at, kAuthenticatorBytes),
                         proof_over(packet, at, secret, authenticator))
               ? Proof::Right
               : Proof::Wrong;
}

std::string_view authenticator_of(std::string_view datagram)
{
    return datagram.substr(kAuthenticatorAt, kAuthenticatorBytes);
}

std::string_view zero_authenticator()
{
    static constexpr std::array<char, kAuthenticatorBytes> zeros{};
    return {zeros.data(), zeros.size()};
}

} // namespace mnara::network::radius
