"""Bodies that others signed: the providers in their documentation, and Node."""

# github.com/CassoHQ/casso-webhook-v2-verify-signature, the sample of its Python, PHP, Java, Go, C#
CASSO_KEY = "mgExMrjj4i7a1p8Cs6LmFbpCd8lbw4sSX4LZXPag7TKazeIogtR90tvWYTkwQbvs"
CASSO_HEADER = (
    "t=1727948258788,v1=ed0a4bd2e826d5cb69988cdb141e6c1a080e21f3b57eb72cd78192220042b9e7"
    "dde0868fc667faea8e224900fa7904e7c88dfa098032fb2d6b6996856e8b7ff3"
)
CASSO_BODY = (
    b'{"error":0,"data":{"id":0,"reference":"MA_GIAO_DICH_THU_NGHIEM","description":"giao dich thu'
    b' nghiem","amount":599000,"runningBalance":25000000,"transactionDateTime":"2024-10-03 15:06:37'
    b'","accountNumber":"88888888","bankName":"VPBank","bankAbbreviation":"VPB","virtualAccountNumb'
    b'er":"","virtualAccountName":"","counterAccountName":"NGUYEN VAN A","counterAccountNumber":"88'
    b'88888888","counterAccountBankId":"970415","counterAccountBankName":"VietinBank"}}'
)
# payos.vn/docs/tich-hop-webhook/kiem-tra-du-lieu-voi-signature
PAYOS_KEY = "1a54716c8f0efb2744fb28b6e38b25da7f67a925d98bc1c18bd8faaecadd7675"
PAYOS_BODY = (
    '{"code":"00","desc":"success","success":true,"data":{"orderCode":123,"amount":3000,'
    '"description":"VQRIO123","accountNumber":"12345678","reference":"TF230204212323",'
    '"transactionDateTime":"2023-02-04 18:25:00","currency":"VND",'
    '"paymentLinkId":"124c33293c43417ab7879e14c8d9eb18","code":"00","desc":"Thành công",'
    '"counterAccountBankId":"","counterAccountBankName":"","counterAccountName":"",'
    '"counterAccountNumber":"","virtualAccountName":"","virtualAccountNumber":""},'
    '"signature":"412e915d2871504ed31be63c8f62a149a4410d34c4c42affc9006ef9917eaa03"}'
).encode()

# Signed by Node's crypto after the JavaScript samples of both, with what they do not show: letters
# beyond ASCII, half a letter, a slash, null, fractions, a list.
NODE_KEY = "khoa-thu-cua-chung-ta"
NODE_CASSO = (
    '{"error":0,"data":{"id":90211,"reference":"FT26328/77","description":"Quỹ khuyến học \\"KH\\"'
    ' \u2028 😀 \\ud83d","amount":-250000,"runningBalance":1500.5,"transactionDateTime":'
    '"2026-11-24 09:15:00","accountNumber":"0011002233","virtualAccountName":null,'
    '"counterAccountName":"NGUYỄN VĂN Á"}}'
).encode()
NODE_CASSO_HEADER = (
    "t=1795000000000,v1=c338114e8e9d3c921fbe6ad94092cbf5d31939573930257951e76b66dc6bc211"
    "54119ec1438c9972561c1703509c87732fda7c870bf5f102e0cef3558c675b91"
)
NODE_PAYOS = (
    '{"code":"00","desc":"success","success":true,"data":{"orderCode":7,"amount":250000,'
    '"description":"Quỹ 😀","accountNumber":"0011002233","reference":"FT1",'
    '"transactionDateTime":"2026-11-24 09:15:00","currency":"VND","paymentLinkId":"abc",'
    '"code":"00","desc":"success","counterAccountName":null,"counterAccountNumber":"undefined",'
    '"items":[{"b":1,"a":"x/y"},{"d":null,"c":true}],"ok":true,"rate":1.50},'
    '"signature":"dc624d2ac849a57a2a6756e77ee0bd29b0307d10700edf8cd3622ca0a59bcf79"}'
).encode()
