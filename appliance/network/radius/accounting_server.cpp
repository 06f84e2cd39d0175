#include "network/radius/accounting_server.hpp"

#include "network/radius/accounting_record.hpp"

#include <Poco/Net/NetException.h>
#include <utility>

namespace mnara::network::radius {

namespace {

// One transaction for so many: enough to share its fsync, little enough that the first of them is
// answered before FreeRADIUS gives up on it.
constexpr std::size_t kBatchMax = 256;
// What arrives while a transaction is on its way to the disk waits in the kernel.
constexpr int kSocketBufferBytes = 4 * 1024 * 1024;

bool is_constraint(const std::exception& error)
{
    const auto* storage = dynamic_cast<const storage::StorageError*>(&error);
    return storage != nullptr && storage->is_constraint();
}

} // namespace

AccountingServer::AccountingServer(const usecases::Context& context,
                                   const Poco::Net::SocketAddress& listen, std::string secret)
    : context_(context), socket_(listen, false), secret_(std::move(secret)), buffer_(65'536)
{
    socket_.setReceiveBufferSize(kSocketBufferBytes);
    socket_.setBlocking(false);
}

AccountingServer::Counts AccountingServer::counts() const
{
    return {recorded_, refused_, garbage_, unsaved_};
}

bool AccountingServer::step(Millis wait)
{
    const Poco::Timespan patience(wait.count() * 1000);
    if (!socket_.poll(patience, Poco::Net::Socket::SELECT_READ))
        return false;
    std::vector<Request> requests = receive();
    record(requests);
    for (const Request& request : requests)
        if (!request.unsaved)
            answer(request);
    return true;
}

std::vector<AccountingServer::Request> AccountingServer::receive()
{
    std::vector<Request> requests;
    for (std::size_t i = 0; i < kBatchMax; ++i) {
        Poco::Net::SocketAddress from;
        int size = 0;
        try {
            size = socket_.receiveFrom(buffer_.data(), static_cast<int>(buffer_.size()), from);
        } catch (const Poco::TimeoutException&) {
            break;
        }
        if (size < 0) // nothing more is there
            break;
        take({buffer_.data(), static_cast<std::size_t>(size)}, from, requests);
    }
    return requests;
}

void AccountingServer::take(std::string_view datagram, const Poco::Net::SocketAddress& from,
                            std::vector<Request>& into)
{
    const auto drop = [&](std::string_view reason) {
        ++garbage_;
        if (garbage_told_.due(context_.clock))
            context_.log.warning("accounting.garbage",
                                 "dropped a packet; another secret at FreeRADIUS looks like this",
                                 {{"from", from.toString()}, {"reason", reason}});
    };
    auto parsed = parse_packet(datagram);
    if (!parsed)
        return drop(parsed.error());
    const bool accounting = parsed->code == Code::AccountingRequest;
    if (!accounting && parsed->code != Code::StatusServer)
        return drop("neither accounting nor a status question");
    if (accounting && !request_is_signed(datagram, secret_))
        return drop("wrong authenticator");
    const Proof proof = message_authenticator(
        datagram, secret_, accounting ? zero_authenticator() : authenticator_of(datagram));
    // A Status-Server has no other signature (RFC 5997 section 3).
    if (proof == Proof::Wrong || (proof == Proof::Absent && !accounting))
        return drop("wrong Message-Authenticator");
    into.push_back({from, std::move(*parsed), proof == Proof::Right});
}

void AccountingServer::record(std::vector<Request>& requests)
{
    const UnixTime now = context_.clock.now();
    std::vector<usecases::AccountingRecord> records;
    std::vector<Request*> owners;
    for (Request& request : requests) {
        if (request.packet.code == Code::StatusServer)
            continue;
        auto read = read_accounting(request.packet, now);
        if (read) {
            records.push_back(std::move(*read));
            owners.push_back(&request);
        } else {
            refuse_record(request.packet, read.error());
        }
    }
    if (records.empty())
        return;
    try {
        usecases::record_accounting(context_, records);
        recorded_ += static_cast<std::int64_t>(records.size());
        return;
    } catch (const std::exception& error) {
        if (!is_constraint(error)) {
            unsaved_ += static_cast<std::int64_t>(records.size());
            for (Request& request : requests)
                request.unsaved = true;
            context_.log.error(
                "accounting.not_saved",
                "could not record accounting; FreeRADIUS keeps it and sends it again",
                {{"packets", static_cast<std::int64_t>(records.size())}, {"reason", error.what()}});
            return;
        }
    }
    // One of them cannot be stored; the others must not wait for it.
    for (std::size_t i = 0; i < records.size(); ++i)
        owners[i]->unsaved = !record_alone(records[i]);
}

// False where it is worth sending again.
bool AccountingServer::record_alone(const usecases::AccountingRecord& record)
{
    try {
        usecases::record_accounting(context_, {&record, 1});
        ++recorded_;
        return true;
    } catch (const std::exception& error) {
        if (!is_constraint(error)) {
            ++unsaved_;
            context_.log.error("accounting.not_saved", "could not record accounting",
                               {{"reason", error.what()}});
            return false;
        }
        // It would be refused each time, for ever, at the head of the spool: its facts go to the
        // log.
        ++refused_;
        context_.log.warning("accounting.refused", "accounting that cannot be stored",
                             {{"reason", error.what()},
                              {"router_id", record.router_id},
                              {"username", record.username},
                              {"acct_session_id", record.acct_session_id},
                              {"calling_station", record.calling_station},
                              {"seconds", record.seconds},
                              {"bytes_up", record.bytes_up},
                              {"bytes_down", record.bytes_down},
                              {"event_at", record.event_at}});
        return true;
    }
}

void AccountingServer::refuse_record(const Packet& packet, std::string_view reason)
{
    ++refused_;
    const auto text = [&](Name name) {
        const std::string* value = packet.find(name);
        return value == nullptr ? std::string_view() : std::string_view(*value);
    };
    const auto number = [&](Name name) { return std::int64_t{packet.integer(name).value_or(0)}; };
    context_.log.warning("accounting.refused", "accounting that cannot be stored",
                         {{"reason", reason},
                          {"router", text(kMnaraRouter)},
                          {"status", number(Type::AcctStatusType)},
                          {"username", text(Type::UserName)},
                          {"acct_session_id", text(Type::AcctSessionId)},
                          {"calling_station", text(Type::CallingStationId)},
                          {"seconds", number(Type::AcctSessionTime)},
                          {"octets_up", number(Type::AcctInputOctets)},
                          {"gigawords_up", number(Type::AcctInputGigawords)},
                          {"octets_down", number(Type::AcctOutputOctets)},
                          {"gigawords_down", number(Type::AcctOutputGigawords)}});
}

void AccountingServer::answer(const Request& request)
{
    Packet reply;
    reply.code = Code::AccountingResponse;
    reply.id = request.packet.id;
    if (request.proved)
        reply.add_message_authenticator();
    for (const Attribute& attribute : request.packet.attributes)
        if (attribute.name == Name(Type::ProxyState))
            reply.attributes.push_back(attribute);
    // FreeRADIUS makes and checks the Message-Authenticator of an Accounting-Response over zeros,
    // but that of an answer to Status-Server over the request's authenticator.
    const std::string bytes = sign_response(reply, secret_, request.packet.authenticator,
                                            request.packet.code == Code::AccountingRequest);
    try {
        socket_.sendTo(bytes.data(), static_cast<int>(bytes.size()), request.from);
    } catch (const Poco::Exception& error) {
        // As if the network had lost it: the packet comes again and is recognised.
        context_.log.warning("accounting.answer_not_sent", "could not send an answer",
                             {{"to", request.from.toString()}, {"reason", error.displayText()}});
    }
}

} // namespace mnara::network::radius
